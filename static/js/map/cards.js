// The list beside the map: which cards there are, and which of them light up.
export function cardsOf (element, { onPoint }) {
  const cards = new Map()
  for (const card of element?.querySelectorAll('.app-card') ?? []) {
    const link = card.querySelector('a[href*="/services/"]')
    if (!link) continue
    const id = new URL(link.href).pathname.split('/').pop()
    cards.set(id, { card, link })
    for (const name of ['mouseenter', 'focusin']) card.addEventListener(name, () => onPoint(id, true))
    for (const name of ['mouseleave', 'focusout']) card.addEventListener(name, () => onPoint(id, false))
  }

  function only (ids, name) {
    for (const [id, { card }] of cards) card.classList.toggle(name, ids.includes(id))
  }

  return {
    element,
    has: (id) => cards.has(id),
    mark: (ids) => only(ids, 'app-card--marked'),
    choose: (ids) => only(ids, 'app-card--chosen'),
    show (id, isStill) {
      const { card, link } = cards.get(id)
      card.scrollIntoView({ block: 'center', behavior: isStill ? 'auto' : 'smooth' })
      link.focus({ preventScroll: true })
    }
  }
}
