// A note goes onto paper as it stands on the screen, saved or not; and grows with what is typed.
export function note (field) {
  const onPaper = document.querySelector(`[data-of="${field.id}"]`)
  window.addEventListener('beforeprint', () => { onPaper.textContent = field.value })
  const grow = () => {
    field.style.blockSize = 'auto'
    field.style.blockSize = `${field.scrollHeight + 6}px`
  }
  field.addEventListener('input', grow)
  grow()
}
