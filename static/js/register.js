// The register saves each tap where it is. Without it the same form brings the page back to the same row.
// Taps go one after the other, so that the last tap on a row is the one that holds.
let last = Promise.resolve()

export function register (place) {
  place.addEventListener('submit', (event) => {
    const form = event.target
    const row = form.closest('[data-row]')
    const button = event.submitter
    if (!row || !button) return
    event.preventDefault()
    const data = new FormData(form)
    data.set(button.name, button.value)
    row.setAttribute('aria-busy', 'true')
    last = last.then(() => save(place, row, form, data))
  })
}

async function save (place, row, form, data) {
  const said = row.querySelector('[data-mark]')
  try {
    const answer = await fetch(form.action, {
      method: 'POST',
      body: data,
      headers: { Accept: 'application/json' },
      credentials: 'same-origin'
    })
    if (!answer.ok || !answer.headers.get('Content-Type').includes('json')) throw new Error(`status ${answer.status}`)
    show(place, row, said, await answer.json())
  } catch {
    said.textContent = place.dataset.trouble
    said.classList.add('app-register__mark--trouble')
  }
  row.removeAttribute('aria-busy')
}

function show (place, row, said, news) {
  row.dataset.came = news.came === null ? '' : news.came
  said.textContent = news.said
  said.classList.remove('app-register__mark--trouble')
  for (const button of row.querySelectorAll('button[aria-pressed]')) {
    button.setAttribute('aria-pressed', String(news.came !== null && button.value === String(news.came)))
  }
  const undo = row.querySelector('button[value="undo"]')
  const hadFocus = document.activeElement === undo
  undo.hidden = news.came === null
  if (hadFocus && undo.hidden) row.querySelector('.app-register__button').focus()
  place.querySelector('[data-progress]').textContent = news.progress
  place.querySelector('[data-saved]').textContent = news.saved
}
