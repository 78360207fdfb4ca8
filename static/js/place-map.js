// A map that can be moved, in place of the drawing, where the council has set a map server.
export async function placeMap (element) {
  const { latitude, longitude, tiles, attribution, label, leaflet, stylesheet } = element.dataset
  const styles = document.createElement('link')
  styles.rel = 'stylesheet'
  styles.href = stylesheet
  document.head.append(styles)
  await import(leaflet)
  const here = [Number(latitude), Number(longitude)]
  element.hidden = false
  const map = window.L.map(element, { scrollWheelZoom: false }).setView(here, 15)
  window.L.tileLayer(tiles, { attribution, maxZoom: 19 }).addTo(map)
  window.L.circleMarker(here, { radius: 10, color: '#8a1c4a', fillOpacity: 0.6 }).addTo(map).bindTooltip(document.createTextNode(label))
  element.parentElement.querySelector('svg').classList.add('app-print-only')
}
