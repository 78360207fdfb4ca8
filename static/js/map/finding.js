// What was found, on a map: asks for the marks of the part that is shown, whenever that changes.
import { background } from './background.js'
import { cardsOf } from './cards.js'
import { chosenPanel } from './chosen.js'
import { keyboardList } from './keyboard.js'
import { coloursOf, markClass } from './marks.js'

const WAIT_MS = 150
const GIVE_UP_MS = 15000
const MARGIN = 0.25 // around what is shown: a small move needs no new marks
const CLOSEST = 19
const HARDLY_MORE = 0.25 // between two zooms the marks of the farther one are used: they never overlap
const FIRST_LOOK = 15
const NEAREST = 8 // places that a first look around somewhere shows

export async function startMap (element) {
  const { url, leaflet, stylesheet, tiles, attribution } = element.dataset
  await Promise.all([import(leaflet), loadStyles(stylesheet)])
  const L = window.L
  const words = JSON.parse(element.dataset.words)
  const colours = coloursOf(element)
  const Mark = markClass(L, colours)
  const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches ||
    document.documentElement.classList.contains('app-motion-less')
  const map = L.map(element.querySelector('.app-find-map__canvas'), {
    preferCanvas: true,
    renderer: L.canvas({ padding: 0.2, tolerance: 5 }),
    scrollWheelZoom: false,
    zoomControl: false,
    attributionControl: Boolean(tiles),
    zoomAnimation: !isStill,
    fadeAnimation: !isStill,
    inertia: !isStill,
    zoomSnap: tiles ? 1 : 0.25,
    minZoom: 5,
    maxZoom: CLOSEST
  })
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map)
  const wards = background(L, map, { shapes: element.dataset.shapes, tiles, attribution, colours })

  const marks = L.layerGroup().addTo(map)
  const pins = L.layerGroup().addTo(map)
  const status = statusLine(element, words, () => load(hasView))
  const list = keyboardList(element.querySelector('.app-find-map__marks'), map, { choose, point })
  const cards = cardsOf(document.querySelector('.app-find__list'), { onPoint: pin })
  const panel = chosenPanel(element.querySelector('.app-find-map__chosen'), words, { isListed: cards.has, onClose: closed, onList: (id) => cards.show(id, isStill) })
  const drawn = new Map() // key of a feature → its mark
  let listed = {}
  let shown = null // the part of the map that the marks are for
  let asking = null
  let timer = 0
  let chosen = null
  let hasView = false

  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer())
  map.on('click', () => panel.close())
  map.on('moveend', () => {
    list.place()
    if (shown && shown.zoom === map.getZoom() && shown.box.contains(map.getBounds())) return
    clearTimeout(timer)
    timer = setTimeout(() => load(true), WAIT_MS)
  })
  element.addEventListener('keydown', (event) => { if (event.key === 'Escape') panel.close(true) })
  cards.element?.addEventListener('keydown', (event) => { if (event.key === 'Escape') panel.close(true) })
  await load(false)

  async function load (isPlaced) {
    clearTimeout(timer)
    asking?.abort()
    const mine = asking = new AbortController()
    let isSlow = false
    const limit = setTimeout(() => { isSlow = true; mine.abort() }, GIVE_UP_MS)
    const view = isPlaced ? { box: map.getBounds().pad(MARGIN), zoom: map.getZoom() } : null
    element.setAttribute('aria-busy', 'true')
    try {
      const answer = await fetch(addressFor(url, view), { signal: mine.signal, headers: { accept: 'application/geo+json' } })
      if (!answer.ok) throw new Error(`answered ${answer.status}`)
      const found = await answer.json()
      listed = found.listed
      status.tell(found)
      if (isPlaced) {
        shown = view
        draw(found)
      } else {
        await firstLook(found)
      }
    } catch (problem) {
      if (problem.name !== 'AbortError' || isSlow) status.fail()
    } finally {
      clearTimeout(limit)
      if (asking === mine) element.removeAttribute('aria-busy')
    }
  }

  // Somebody who said where they are sees what is around them, everybody else all of it.
  async function firstLook (found) {
    const near = found.near ? L.latLng(found.near.lat, found.near.lon) : null
    let box = found.bbox ? L.latLngBounds([found.bbox[1], found.bbox[0]], [found.bbox[3], found.bbox[2]]) : null
    if (near) {
      const places = Object.values(found.listed).flat().map(([lon, lat]) => L.latLng(lat, lon))
      places.sort((one, other) => near.distanceTo(one) - near.distanceTo(other))
      box = L.latLngBounds([near, ...places.slice(0, NEAREST)])
    }
    const all = await wards.bounds
    wards.outline(found.wards)
    box = box ?? all
    map.fitBounds(box ?? [[49.9, -6.5], [55.9, 1.8]], { padding: [24, 24], maxZoom: FIRST_LOOK, animate: false })
    hasView = true
    if (near) new Mark(near, { mark: { kind: 'near' }, interactive: false }).addTo(map).bindTooltip(asText(words.near.replace('{place}', () => found.near.label)), { direction: 'top' })
  }

  function draw (found) {
    marks.clearLayers()
    drawn.clear()
    const features = found.features.map((feature) => ({ ...feature, key: keyOf(feature), label: labelOf(feature, words) }))
    for (const feature of features) {
      const [lon, lat] = feature.geometry.coordinates
      const mark = new Mark([lat, lon], { mark: lookOf(feature, chosen) })
      mark.feature = feature
      mark.bindTooltip(asText(feature.label), { direction: 'auto', offset: [10, 0] })
      mark.on('click', (event) => { L.DomEvent.stopPropagation(event); choose(feature) })
      mark.on('mouseover', () => point(feature, true)).on('mouseout', () => point(feature, false))
      drawn.set(feature.key, mark.addTo(marks))
    }
    wards.keepClear([...drawn.values()].map((mark) => mark.getLatLng()))
    list.fill(features.filter((feature) => map.getBounds().contains(drawn.get(feature.key).getLatLng())))
  }

  function choose (feature) {
    const { bounds, services } = feature.properties
    if (bounds && !services) return closer(feature)
    select(feature.key)
    drawn.get(feature.key).closeTooltip()
    panel.open(feature)
    map.panInside(drawn.get(feature.key).getLatLng(), { paddingTopLeft: [70, panel.height() + 40], paddingBottomRight: [30, 30], animate: !isStill })
    const id = idsOf(feature).find((one) => cards.has(one))
    cards.choose(idsOf(feature))
    if (id && isBeside(element)) cards.show(id, isStill)
    else panel.focus()
  }

  function closer (feature) {
    const [west, south, east, north] = feature.properties.bounds
    const box = L.latLngBounds([south, west], [north, east])
    const zoom = Math.min(Math.max(map.getBoundsZoom(box.pad(0.2)), map.getZoom() + 1), CLOSEST)
    list.keepFocus()
    panel.close()
    map.setView(box.getCenter(), zoom)
  }

  function select (key) {
    const before = chosen
    chosen = key
    for (const one of [before, key]) drawn.get(one)?.setMark(lookOf(drawn.get(one).feature, chosen))
  }

  function closed (isByKey) {
    const key = chosen
    select(null)
    cards.choose([])
    if (isByKey) list.focus(key)
  }

  // Somebody is at a mark: its cards light up.
  function point (feature, isAt) {
    const mark = drawn.get(feature.key)
    if (!mark) return
    mark.setMark({ ...lookOf(feature, chosen), isMarked: isAt || feature.key === chosen })
    cards.mark(isAt ? idsInside(feature, listed) : [])
  }

  // Somebody is at a card: its places light up, also those inside of a group.
  function pin (id, isAt) {
    pins.clearLayers()
    const atChosen = drawn.get(chosen)?.feature
    if (!isAt || (atChosen && idsOf(atChosen).includes(id))) return
    for (const [lon, lat, exactness] of listed[id] ?? []) {
      new Mark([lat, lon], { mark: { kind: 'pin', exactness }, interactive: false }).addTo(pins)
    }
  }
}

function addressFor (url, view) {
  if (!view) return url
  const { box, zoom } = view
  const corners = [
    Math.max(box.getWest(), -180), Math.max(box.getSouth(), -90), Math.min(box.getEast(), 180), Math.min(box.getNorth(), 90)
  ].map((degrees) => degrees.toFixed(6))
  return `${url}${url.includes('?') ? '&' : '?'}bbox=${corners.join(',')}&zoom=${Math.floor(zoom + HARDLY_MORE)}`
}

function loadStyles (href) {
  return new Promise((resolve, reject) => {
    const styles = document.createElement('link')
    styles.rel = 'stylesheet'
    styles.href = href
    styles.onload = resolve
    styles.onerror = () => reject(new Error('no styles'))
    document.head.prepend(styles)
  })
}

// What stands under the map: how many are on it, or that it could not be loaded and how to try again.
function statusLine (element, words, again) {
  const line = element.querySelector('.app-find-map__status')
  const button = element.querySelector('.app-find-map__again')
  button.addEventListener('click', () => { button.hidden = true; line.textContent = words.loading; again() })
  return {
    tell ({ total, placed }) {
      button.hidden = true
      const said = placed === 0 ? words.none : placed < total ? words.some : words.all
      line.textContent = said.replace('{placed}', placed.toLocaleString()).replace('{total}', total.toLocaleString())
    },
    fail () {
      line.textContent = words.failed
      button.hidden = false
    }
  }
}

// Leaflet takes a string for HTML. Names are what anybody at an organisation wrote.
function asText (words) {
  return document.createTextNode(words)
}

function keyOf (feature) {
  return feature.id ? `${feature.id} ${feature.geometry.coordinates}` : `${feature.geometry.coordinates} ${feature.properties.count}`
}

function idsOf ({ id, properties }) {
  return id ? [id] : (properties.services ?? []).map((service) => service.id)
}

function idsInside (feature, listed) {
  const { bounds } = feature.properties
  if (!bounds) return idsOf(feature)
  const [west, south, east, north] = bounds
  return Object.keys(listed).filter((id) => listed[id].some(([lon, lat]) => lon >= west && lon <= east && lat >= south && lat <= north))
}

function labelOf ({ id, properties }, words) {
  if (!id) return (properties.services ? words.together : words.group).replace('{number}', properties.count.toLocaleString())
  if (properties.exactness === 'ward' && properties.ward) return words.roughly.replace('{ward}', () => properties.ward.name).replace('{name}', () => properties.name)
  return properties.name
}

function lookOf ({ id, key, properties }, chosen) {
  return { kind: id ? 'one' : 'group', count: properties.count, exactness: properties.exactness, isMarked: key === chosen }
}

function isBeside (element) {
  return window.getComputedStyle(element).getPropertyValue('--map-beside').trim() === 'yes'
}
