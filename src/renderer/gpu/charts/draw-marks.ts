import uPlot from 'uplot';
import type { ChartColours } from './chart-colours.ts';
import type { ChartMark } from './chart-spec.ts';

const FONT = 'Figtree, system-ui, sans-serif';
const FONT_PX = 11;

/** Draws the marks within the value axis' bounds over a chart, each with its label. */
export function drawMarks(
  plot: uPlot,
  marks: readonly ChartMark[],
  colours: ChartColours,
  [lowest, highest]: readonly [number, number],
): void {
  plot.ctx.save();
  for (const mark of marks) {
    if (mark.value < lowest || mark.value > highest) continue;
    drawLine(plot, mark, colours);
    drawLabel(plot, mark, colours);
  }
  plot.ctx.restore();
}

function drawLine(plot: uPlot, mark: ChartMark, colours: ChartColours): void {
  const { ctx, bbox } = plot;
  const scale = uPlot.pxRatio;
  const y = Math.round(plot.valToPos(mark.value, 'y', true));
  ctx.strokeStyle = colours[mark.colour];
  ctx.lineWidth = scale;
  ctx.setLineDash([4 * scale, 4 * scale]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
}

function drawLabel(plot: uPlot, mark: ChartMark, colours: ChartColours): void {
  const { ctx, bbox } = plot;
  const scale = uPlot.pxRatio;
  const y = Math.round(plot.valToPos(mark.value, 'y', true));
  // Above its line, unless that would be outside of the chart.
  const fitsAbove = y - bbox.top > 14 * scale;
  const baseline = y + (fitsAbove ? -2 : 3) * scale;
  const x = mark.side === 'left' ? bbox.left + 4 * scale : bbox.left + bbox.width - 4 * scale;
  ctx.font = `600 ${FONT_PX * scale}px ${FONT}`;
  ctx.textAlign = mark.side;
  ctx.textBaseline = fitsAbove ? 'bottom' : 'top';
  // A rim in the ground's colour keeps the label legible over the readings.
  ctx.setLineDash([]);
  ctx.lineWidth = 3 * scale;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = colours.surface;
  ctx.strokeText(mark.label, x, baseline);
  ctx.fillStyle = colours[mark.colour];
  ctx.fillText(mark.label, x, baseline);
}
