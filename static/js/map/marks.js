// How marks look. They are painted on one canvas: two hundred of them move as smoothly as one.
const NAMES = ['ward', 'ward-line', 'asked-line', 'mark', 'mark-ink', 'edge', 'chosen', 'chosen-ink', 'near']
const FONT = '"Helvetica Neue", Helvetica, Arial, sans-serif'

// The colours of the page as it is worn: display settings and forced colours change them.
export function coloursOf (element) {
  const probe = document.createElement('span')
  probe.style.forcedColorAdjust = 'none'
  element.append(probe)
  const found = {}
  for (const name of NAMES) {
    probe.style.color = `var(--map-${name})`
    found[name] = window.getComputedStyle(probe).color
  }
  probe.remove()
  return found
}

export function markClass (L, colours) {
  return L.CircleMarker.extend({
    options: { radius: 9, weight: 4 },
    initialize (place, options) {
      L.CircleMarker.prototype.initialize.call(this, place, options)
      this.options.radius = this._radius = radiusOf(options.mark)
    },
    setMark (mark) {
      this.options.mark = mark
      return this.setRadius(radiusOf(mark))
    },
    _updatePath () {
      const renderer = this._renderer
      if (!renderer._drawing || this._empty()) return
      PAINT[this.options.mark.kind](renderer._ctx, this._point, this.options.mark, colours)
    }
  })
}

function radiusOf ({ kind, count, isMarked }) {
  if (kind === 'group') return 12 + Math.min(Math.log2(count) * 1.6, 12) + (isMarked ? 2 : 0)
  return isMarked || kind === 'pin' || kind === 'near' ? 10 : 8
}

const PAINT = {
  one (context, { x, y }, mark, colours) {
    const colour = mark.isMarked ? colours.chosen : colours.mark
    disc(context, x, y, radiusOf(mark), mark.exactness === 'exact' ? colour : colours.edge, colours.edge, 2)
    if (mark.exactness !== 'exact') ring(context, x, y, radiusOf(mark) - 1, colour, 2.5, mark.exactness === 'ward' ? [3, 3] : [])
  },
  group (context, { x, y }, mark, colours) {
    const radius = radiusOf(mark)
    const colour = mark.isMarked ? colours.chosen : colours.mark
    disc(context, x, y, radius, colour, colours.edge, 2)
    context.fillStyle = mark.isMarked ? colours['chosen-ink'] : colours['mark-ink']
    context.font = `bold ${mark.count > 999 ? 12 : 14}px ${FONT}`
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.fillText(mark.count > 9999 ? `${Math.round(mark.count / 1000)}k` : mark.count, x, y + 0.5)
  },
  pin (context, { x, y }, mark, colours) {
    disc(context, x, y, 10, colours.chosen, colours.edge, 3)
    if (mark.exactness !== 'exact') disc(context, x, y, 4, colours.edge, colours.edge, 0)
  },
  near (context, { x, y }, mark, colours) {
    ring(context, x, y, 9, colours.edge, 6, [])
    ring(context, x, y, 9, colours.near, 3, [])
    disc(context, x, y, 3, colours.near, colours.edge, 1)
  }
}

function disc (context, x, y, radius, colour, edge, width) {
  context.beginPath()
  context.arc(x, y, radius, 0, Math.PI * 2)
  context.fillStyle = colour
  context.fill()
  if (!width) return
  context.strokeStyle = edge
  context.lineWidth = width
  context.setLineDash([])
  context.stroke()
}

function ring (context, x, y, radius, colour, width, dashes) {
  context.beginPath()
  context.arc(x, y, radius, 0, Math.PI * 2)
  context.strokeStyle = colour
  context.lineWidth = width
  context.setLineDash(dashes)
  context.stroke()
  context.setLineDash([])
}
