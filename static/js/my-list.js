// Add to my list, take off my list: the page stays where it is. Without it the same form brings the page back.
// Presses go one after the other: the first one begins the list, and the next ones must find it.
let last = Promise.resolve()

export function myList (form) {
  form.addEventListener('submit', (event) => {
    const button = event.submitter
    if (!button || form.dataset.plain) return
    event.preventDefault()
    const { name, value } = button
    const data = new FormData(form)
    data.set(name, value)
    last = last.then(() => press(form, button, data))
  })
}

async function press (form, button, data) {
  try {
    const answer = await fetch(form.action, {
      method: 'POST',
      body: data,
      headers: { Accept: 'application/json' },
      credentials: 'same-origin'
    })
    if (!answer.ok) throw new Error(`status ${answer.status}`)
    show(form, button, await answer.json())
  } catch {
    form.dataset.plain = 'yes'
    form.requestSubmit(button)
  }
}

function show (form, button, { is_on: isOn, count, header, said }) {
  button.name = isOn ? 'remove' : 'add'
  button.classList.toggle('app-keep__button--on', isOn)
  button.querySelector('[data-says]').textContent = isOn ? form.dataset.remove : form.dataset.add
  const news = button.parentElement
  news.querySelector('[data-news]').textContent = said
  news.querySelector('[data-see]').hidden = count === 0
  const link = document.getElementById('my-list-link')
  link.hidden = count === 0
  link.firstElementChild.textContent = header
}
