// What of ECharts is used; a chunk of its own, loaded with the first chart.
import { HeatmapChart, LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([LineChart, HeatmapChart, GridComponent, MarkLineComponent, TooltipComponent, VisualMapComponent, CanvasRenderer]);

export interface Chart {
  setOption: (option: Record<string, unknown>, how?: { notMerge?: boolean }) => void;
  resize: () => void;
  dispose: () => void;
  isDisposed: () => boolean;
  on: (event: "click", act: (event: { name: string; dataIndex: number }) => void) => void;
}

export function open(element: HTMLElement): Chart {
  const chart: EChartsType = init(element);
  return chart as unknown as Chart;
}
