"""Who, what and where: organisations, services, locations, areas, people; also the front door (`assetreg.app`)."""
