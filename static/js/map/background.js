// What lies under the marks: the wards with their names, from ourselves, and the council's map server if it has set one.
const LETTER_PX = 12 // of a ward's name and the air around it, on average

export async function background (L, map, { shapes, tiles, attribution, colours }) {
  if (tiles) {
    L.tileLayer(tiles, { attribution, maxZoom: 19 }).addTo(map)
    map.attributionControl.setPrefix(false)
  }
  map.createPane('wards').style.zIndex = 250
  const names = map.createPane('ward-names')
  names.style.zIndex = 300
  names.setAttribute('aria-hidden', 'true')
  try {
    const answer = await fetch(shapes)
    const wards = answer.ok ? await answer.json() : { features: [] }
    if (!wards.features.length) return null
    const layer = L.geoJSON(wards, {
      interactive: false,
      renderer: L.canvas({ pane: 'wards', padding: 0.2 }),
      pane: 'wards',
      style: { fill: !tiles, fillColor: colours.ward, fillOpacity: 1, color: colours['ward-line'], weight: tiles ? 2 : 1 }
    })
    const draw = () => {
      layer.addTo(map)
      if (!tiles) sayNames(L, map, layer)
    }
    map.whenReady(draw)
    return layer.getBounds()
  } catch {
    return null // marks without a background are still a map
  }
}

// A ward's name is written where it fits; close by, where all is one ward, at the foot.
function sayNames (L, map, layer) {
  const said = L.layerGroup().addTo(map)
  const say = (shape, place) => {
    L.tooltip({ permanent: true, direction: 'center', pane: 'ward-names', className: 'app-find-map__ward', interactive: false })
      .setLatLng(place).setContent(document.createTextNode(shape.feature.properties.name)).addTo(said)
  }
  const write = () => {
    said.clearLayers()
    const shown = map.getBounds()
    const middle = map.latLngToLayerPoint(shown.getCenter())
    const foot = map.containerPointToLatLng([map.getSize().x / 2, map.getSize().y - 20])
    layer.eachLayer((shape) => {
      const box = shape.getBounds()
      if (!shown.intersects(box)) return
      const width = map.latLngToContainerPoint(box.getNorthEast()).x - map.latLngToContainerPoint(box.getSouthWest()).x
      if (width < shape.feature.properties.name.length * LETTER_PX) return
      if (shown.contains(shape.getCenter())) say(shape, shape.getCenter())
      else if (shape._containsPoint(middle)) say(shape, foot)
    })
  }
  map.on('moveend', write)
  write()
}
