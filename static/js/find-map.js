// The map beside the list of what was found. Nothing of it is loaded before somebody can see it: beside the list on a
// wide screen, under its button on a narrow one.
export function findMap (element) {
  const button = document.querySelector(`button[aria-controls="${element.id}"]`)
  button?.addEventListener('click', () => {
    const isOpen = element.classList.toggle('app-find-map--open')
    button.setAttribute('aria-expanded', String(isOpen))
    button.textContent = isOpen ? button.dataset.hide : button.dataset.show
    if (isOpen) element.scrollIntoView({ block: 'nearest' })
  })
  const watcher = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return
    watcher.disconnect()
    begin(element)
  })
  watcher.observe(element)
}

async function begin (element) {
  const status = element.querySelector('.app-find-map__status')
  try {
    const { startMap } = await import('./map/finding.js')
    await startMap(element)
  } catch {
    status.textContent = element.dataset.failed
  }
}
