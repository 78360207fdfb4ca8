// The marks for the keyboard and for screen readers: one stop for Tab, arrow keys go from mark to mark, Enter chooses.
// Each button lies over its mark, so that the focus is seen where the mark is.
export function keyboardList (element, map, { choose, point }) {
  let entries = []
  let hasFocus = false

  element.addEventListener('keydown', (event) => {
    const at = entries.findIndex(({ button }) => button === document.activeElement)
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key]
    if (at < 0 || to === undefined) return
    event.preventDefault()
    event.stopPropagation() // or the map moves as well
    goTo(entries[Math.min(Math.max(to, 0), entries.length - 1)])
  })

  function goTo (entry) {
    for (const { button } of entries) button.tabIndex = button === entry.button ? 0 : -1
    entry.button.focus({ preventScroll: true })
  }

  return {
    fill (features) {
      const present = entries.find(({ button }) => button === document.activeElement)
      const isHere = hasFocus || Boolean(present)
      hasFocus = false
      const items = [...features].sort(inReadingOrder).map((feature) => {
        const item = document.createElement('li')
        const button = document.createElement('button')
        button.type = 'button'
        button.className = 'app-find-map__mark'
        button.textContent = feature.label
        button.tabIndex = -1
        button.addEventListener('click', () => choose(feature))
        button.addEventListener('focus', () => point(feature, true))
        button.addEventListener('blur', () => point(feature, false))
        item.append(button)
        return { feature, button, item }
      })
      entries = items
      element.replaceChildren(...items.map(({ item }) => item))
      if (!entries.length) return
      this.place()
      const same = present && entries.find(({ feature }) => feature.key === present.feature.key)
      entries[0].button.tabIndex = 0
      if (isHere) goTo(same ?? entries[0])
    },
    // Where the marks are now.
    place () {
      for (const { feature, button } of entries) {
        const [lon, lat] = feature.geometry.coordinates
        const { x, y } = map.latLngToContainerPoint([lat, lon])
        button.style.left = `${x}px`
        button.style.top = `${y}px`
      }
    },
    // The marks are about to change: whoever is at one of them stays in the list.
    keepFocus () {
      hasFocus = element.contains(document.activeElement)
    },
    focus (key) {
      const entry = entries.find(({ feature }) => feature.key === key) ?? entries[0]
      if (entry) goTo(entry)
    }
  }
}

function inReadingOrder (one, other) {
  const [lon, lat] = one.geometry.coordinates
  const [otherLon, otherLat] = other.geometry.coordinates
  return otherLat - lat || lon - otherLon
}
