// What lies under the marks: the wards with their names, from ourselves, and the council's map server if it has set one.
const LETTER_PX = 12 // of a ward's name and the air around it, on average
const NAME_PX = { letter: 4, height: 18 } // half of what a name takes, and how near a mark may come

export function background (L, map, { shapes, tiles, attribution, colours }) {
  if (tiles) {
    L.tileLayer(tiles, { attribution, maxZoom: 19 }).addTo(map)
    map.attributionControl.setPrefix(false)
  }
  map.createPane('wards').style.zIndex = 250
  const pane = map.createPane('ward-names')
  pane.style.zIndex = 300
  pane.setAttribute('aria-hidden', 'true')
  const names = L.layerGroup().addTo(map)
  let marks = []
  let layer = null

  // A ward's name is written where it fits and no mark covers it; close by, where all is one ward, at the foot.
  function write () {
    names.clearLayers()
    if (!layer || tiles || !map.hasLayer(layer)) return
    const shown = map.getBounds()
    const size = map.getSize()
    const middle = map.latLngToLayerPoint(shown.getCenter())
    const covered = marks.map((place) => map.latLngToContainerPoint(place))
    layer.eachLayer((shape) => {
      const box = shape.getBounds()
      if (!shown.intersects(box)) return
      const name = shape.feature.properties.name
      const width = map.latLngToContainerPoint(box.getNorthEast()).x - map.latLngToContainerPoint(box.getSouthWest()).x
      if (width < name.length * LETTER_PX) return
      const centre = map.latLngToContainerPoint(shape.getCenter())
      const isHere = shown.contains(shape.getCenter())
      if (!isHere && !shape._containsPoint(middle)) return
      const at = isHere ? centre : L.point(size.x / 2, size.y - 20)
      const half = name.length * NAME_PX.letter
      if (isHere && (at.x < half || at.x > size.x - half)) return
      if (covered.some(({ x, y }) => Math.abs(x - at.x) < half + 12 && Math.abs(y - at.y) < NAME_PX.height)) return
      L.tooltip({ permanent: true, direction: 'center', pane: 'ward-names', className: 'app-find-map__ward', interactive: false })
        .setLatLng(map.containerPointToLatLng(at)).setContent(document.createTextNode(name)).addTo(names)
    })
  }

  async function load () {
    try {
      const answer = await fetch(shapes)
      const wards = answer.ok ? await answer.json() : { features: [] }
      if (!wards.features.length) return null
      layer = L.geoJSON(wards, {
        interactive: false,
        renderer: L.canvas({ pane: 'wards', padding: 0.2 }),
        pane: 'wards',
        style: { fill: !tiles, fillColor: colours.ward, fillOpacity: 1, color: colours['ward-line'], weight: tiles ? 2 : 1 }
      })
      map.whenReady(() => {
        layer.addTo(map)
        write()
      })
      map.on('moveend', write)
      return layer.getBounds()
    } catch {
      return null // marks without a background are still a map
    }
  }

  return {
    bounds: load(),
    // These wards were asked for: their edge is drawn stronger.
    outline (slugs) {
      const asked = new Set(slugs)
      layer?.eachLayer((shape) => {
        if (!asked.has(shape.feature.properties.slug)) return
        shape.setStyle({ color: colours['asked-line'], weight: 2 })
        shape.bringToFront()
      })
    },
    // Marks stand here: no name may lie under one.
    keepClear (places) {
      marks = places
      write()
    }
  }
}
