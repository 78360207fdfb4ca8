// A map of the wards beside their list: press a ward to see its name and a link, point at one in the list to find it.
// The list is complete without it. Nothing is asked of another host, unless the council has set a map server.
export async function wardMap (element) {
  const { shapes, list, tiles, attribution, script, label, count, zoomIn, zoomOut } = element.dataset
  const [answer] = await Promise.all([fetch(shapes), import(script)])
  if (!answer.ok) return
  const wards = await answer.json()
  if (!wards.features.length) return

  const links = new Map()
  for (const link of document.querySelectorAll(`#${list} a[data-area]`)) links.set(link.dataset.area, link)

  element.hidden = false
  element.setAttribute('role', 'region')
  element.setAttribute('aria-label', label)
  const L = window.L
  const map = L.map(element, { scrollWheelZoom: false, zoomControl: false, attributionControl: Boolean(tiles), zoomSnap: 0.25 })
  L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(map)
  if (tiles) {
    L.tileLayer(tiles, { attribution, maxZoom: 19 }).addTo(map)
    map.attributionControl.setPrefix(false)
  }

  const drawn = new Map()
  const layer = L.geoJSON(wards, {
    style: () => ({ className: 'app-map__ward', weight: 1.5 }),
    onEachFeature: (feature, shape) => {
      const link = links.get(feature.properties.slug)
      drawn.set(feature.properties.slug, shape)
      shape.bindTooltip(document.createTextNode(feature.properties.name), { sticky: true })
      if (!link) return
      shape.bindPopup(() => contents(link, count))
      shape.on('mouseover', () => mark(shape, link, true)).on('mouseout', () => mark(shape, link, false))
    }
  }).addTo(map)
  map.fitBounds(layer.getBounds(), { padding: [4, 4] })

  for (const [slug, link] of links) {
    const shape = drawn.get(slug)
    if (!shape) continue
    for (const name of ['mouseover', 'focus']) link.addEventListener(name, () => mark(shape, link, true))
    for (const name of ['mouseout', 'blur']) link.addEventListener(name, () => mark(shape, link, false))
  }
}

function mark (shape, link, isMarked) {
  shape.getElement()?.classList.toggle('app-map__ward--marked', isMarked)
  link.classList.toggle('app-map__link--marked', isMarked)
  if (isMarked) shape.bringToFront()
}

function contents (link, count) {
  const paragraph = document.createElement('p')
  const copy = document.createElement('a')
  copy.href = link.href
  copy.className = 'govuk-link'
  copy.textContent = link.textContent
  const number = link.parentElement.querySelector('.app-count')?.textContent.trim() ?? ''
  paragraph.append(copy, document.createElement('br'), `${number} ${count}`)
  return paragraph
}
