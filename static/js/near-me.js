// "Use where I am": asks the browser once, when pressed, and puts the answer where a person would type a place.
// Three decimals of a degree are about 100 metres (111 m north to south, 68 m west to east here): enough to say what is
// round the corner, too little to say which house. Nothing is kept: no cookie, no storage; the address of the page has
// the rounded place, as it would have a postcode.
const DECIMALS = 3
const GIVE_UP_MS = 10000
const OLD_ENOUGH_MS = 60000
const DENIED = 1

export function nearMe (template) {
  if (!window.isSecureContext || !('geolocation' in navigator)) return
  const words = template.dataset
  const field = document.getElementById(words.for)
  const said = document.getElementById(words.said)
  const button = template.content.firstElementChild
  template.replaceWith(button)

  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') === 'true') return
    button.setAttribute('aria-disabled', 'true')
    said.textContent = words.waiting
    navigator.geolocation.getCurrentPosition(found, failed, { timeout: GIVE_UP_MS, maximumAge: OLD_ENOUGH_MS })
  })

  function found ({ coords }) {
    button.removeAttribute('aria-disabled')
    said.textContent = ''
    field.value = `${coords.latitude.toFixed(DECIMALS)},${coords.longitude.toFixed(DECIMALS)}`
    field.form.requestSubmit()
  }

  function failed (problem) {
    button.removeAttribute('aria-disabled')
    said.textContent = problem.code === DENIED ? words.denied : words.failed
  }
}
