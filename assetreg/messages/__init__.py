"""What we tell people: the words of e-mails. Nothing here sends."""
