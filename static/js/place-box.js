// Offers places while somebody types into the box around which it stands: an ARIA 1.2 combobox with a list below it.
// What is typed counts just as well as what is chosen, so that leaving the list alone loses nothing.
const WAIT_MS = 120

export function placeBox (box) {
  const input = box.querySelector('input')
  const { from, label, one, many, none } = box.dataset
  const list = document.createElement('ul')
  const status = document.createElement('div')
  let places = []
  let active = -1
  let waiting = 0
  let asked = 0

  list.id = `${input.id}-places`
  list.className = 'app-place-box__list'
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', label)
  list.hidden = true
  status.className = 'govuk-visually-hidden'
  status.setAttribute('role', 'status')
  box.append(list, status)

  input.setAttribute('role', 'combobox')
  input.setAttribute('aria-autocomplete', 'list')
  input.setAttribute('aria-controls', list.id)
  input.setAttribute('aria-expanded', 'false')
  input.autocomplete = 'off'

  function close () {
    list.hidden = true
    active = -1
    input.setAttribute('aria-expanded', 'false')
    input.removeAttribute('aria-activedescendant')
  }

  function mark (number) {
    active = number
    for (const [at, option] of [...list.children].entries()) option.setAttribute('aria-selected', String(at === number))
    if (number < 0) {
      input.removeAttribute('aria-activedescendant')
      return
    }
    input.setAttribute('aria-activedescendant', list.children[number].id)
    list.children[number].scrollIntoView({ block: 'nearest' })
  }

  function choose (number) {
    input.value = places[number].value
    status.textContent = ''
    close()
    input.focus()
  }

  function option (place, number) {
    const item = document.createElement('li')
    item.id = `${list.id}-${number}`
    item.className = 'app-place-box__place'
    item.setAttribute('role', 'option')
    item.setAttribute('aria-selected', 'false')
    item.textContent = place.label
    if (place.detail) {
      const detail = document.createElement('span')
      detail.className = 'app-place-box__detail'
      detail.textContent = ` ${place.detail}`
      item.append(detail)
    }
    // Before the click the box would lose its focus, and with it the list.
    item.addEventListener('pointerdown', (event) => event.preventDefault())
    item.addEventListener('click', () => choose(number))
    return item
  }

  function show (found) {
    places = found
    list.replaceChildren(...found.map(option))
    list.hidden = found.length === 0
    input.setAttribute('aria-expanded', String(found.length > 0))
    mark(-1)
    status.textContent = found.length === 0 ? none : found.length === 1 ? one : many.replace('{number}', found.length)
  }

  async function ask () {
    const typed = input.value.trim()
    const number = ++asked
    if (!typed) {
      status.textContent = ''
      close()
      return
    }
    try {
      const answer = await fetch(`${from}?q=${encodeURIComponent(typed)}`)
      if (!answer.ok) return
      const found = (await answer.json()).places
      // A slow answer to what has been typed over, or to somebody who has gone on, is not shown.
      if (number === asked && document.activeElement === input) show(found)
    } catch {
      close()
    }
  }

  input.addEventListener('input', () => {
    clearTimeout(waiting)
    waiting = setTimeout(ask, WAIT_MS)
  })
  input.addEventListener('blur', () => {
    clearTimeout(waiting)
    asked++
    close()
  })
  input.addEventListener('keydown', (event) => {
    const isOpen = !list.hidden
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (!isOpen) {
        ask()
        return
      }
      const step = event.key === 'ArrowDown' ? 1 : -1
      const places = list.children.length + 1 // one more: no place, only what was typed
      mark((active + 1 + step + places) % places - 1)
    } else if (event.key === 'Enter') {
      clearTimeout(waiting)
      asked++
      if (isOpen && active >= 0) {
        event.preventDefault()
        choose(active)
      }
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault()
      close()
    } else if (event.key === 'Tab' && isOpen && active >= 0) {
      choose(active)
    }
  })
}
