// A button that prints, in place of the sentence that says how.
export function printButton (place) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'app-link-button'
  button.textContent = place.dataset.says
  button.addEventListener('click', () => window.print())
  place.querySelector('span').replaceWith(button)
}
