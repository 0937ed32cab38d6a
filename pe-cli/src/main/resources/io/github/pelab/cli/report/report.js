'use strict';
(() => {
  const report = JSON.parse(document.getElementById('data').textContent);
  const page = document.documentElement;
  // A browser test reads this; a user sees the message where the figure would be.
  const record = error => { page.dataset.error = String(error && error.stack || error); };
  window.addEventListener('error', event => record(event.error || event.message));

  // --- text -------------------------------------------------------------------------------------

  const NONE = '–';
  const known = value => value !== null && value !== undefined;
  const minus = text => text.replace(/^-(?=[0.]*$)/, '').replace('-', '−');
  const percent = value => known(value) ? minus((100 * value).toFixed(1)) + ' %' : NONE;
  const decimal = value => known(value) ? minus(value.toFixed(2)) : NONE;
  const small = value => !known(value) ? NONE : value > 0 && value < 0.001 ? '< 0.001' : value.toFixed(3);
  const integer = value => value.toLocaleString('en');
  const spanned = spread => spread ? `${percent(spread.low)} to ${percent(spread.high)}` : NONE;
  const range = (interval, form) => interval ? `[${form(interval.lower)}, ${form(interval.upper)}]` : '';
  const duration = seconds => {
    if (!known(seconds)) return NONE;
    const minutes = Math.round(seconds / 60);
    if (minutes < 2) return `${Math.round(seconds)} s`;
    return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  };
  const plural = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;
  const sentence = text => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
  const verdictName = verdict => sentence(verdict.replaceAll('_', ' '));
  const interventionName = ({mode, checkpoint}) => `${mode} ablation of the ${checkpoint} checkpoint`;
  /** Shortens in the middle: names begin alike, and end with seed and checkpoint. */
  const elide = (text, length) => {
    const half = Math.floor((length - 1) / 2);
    return text.length <= length ? text : text.slice(0, half) + '…' + text.slice(-half);
  };
  const unique = values => [...new Set(values)];
  const listed = names => names.length <= 8 ? names.join(', ') : `${names.slice(0, 6).join(', ')} and ${names.length - 6} more`;

  // --- elements ---------------------------------------------------------------------------------

  /** Children are nodes or text; names from a config only ever enter the page as text. */
  function el(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    node.append(...children.flat());
    return node;
  }

  function tip(title, ...lines) {
    return el('div', {class: 'tip'}, el('strong', null, title),
      lines.filter(Boolean).map(line => el('div', null, line)));
  }

  const missing = text => el('p', {class: 'missing'}, text);

  /** Columns are {name, value(row), kind}; the first heads its row. */
  function table(caption, columns, rows) {
    const cell = (row, column, index) => {
      const attributes = column.kind ? {class: column.kind} : {};
      const content = column.value(row);
      return index === 0
        ? el('th', {...attributes, scope: 'row'}, content)
        : el('td', attributes, content);
    };
    const head = columns.map(({name, kind}) => el('th', kind ? {scope: 'col', class: kind} : {scope: 'col'}, name));
    return el('div', {class: rows.length > 24 ? 'scroll long' : 'scroll', tabindex: '0', role: 'region', 'aria-label': caption},
      el('table', {'aria-label': caption}, el('thead', null, el('tr', null, head)),
        el('tbody', null, rows.map(row => el('tr', null, columns.map((column, i) => cell(row, column, i)))))));
  }

  // --- colours ----------------------------------------------------------------------------------

  const colour = name => getComputedStyle(page).getPropertyValue('--' + name).trim();
  const labels = unique(report.runs.map(run => run.label));
  const runById = new Map(report.runs.map(run => [run.id, run]));
  const repeated = labels.length < report.runs.length;
  /** What tells a run from others of its label: “seed 2”; nothing where the label does. */
  const distinction = run => run.slice(runById.get(run).label.length).replace(/^ · /, '');
  const PLUS = 'M4,0h4v4h4v4h-4v4h-4v-4h-4v-4h4z';
  const SYMBOLS = [
    'M6,0a6,6,0,1,0,0.01,0z', 'M1,1h10v10h-10z', 'M6,0l6,11h-12z', 'M6,0l6,6l-6,6l-6,-6z', PLUS, 'M0,1h12l-6,11z',
  ];
  const DASHES = [[], [6, 3], [2, 3], [9, 3, 2, 3]];
  /**
   * Colour and symbol, and dashes: no label is told apart by colour alone. In a sweep over several
   * fields colour and symbol stand for the first, dashes for the others.
   */
  const looks = (() => {
    const values = labels.map(label => {
      const {axes} = report.runs.find(run => run.label === label);
      const [first = label, ...others] = Object.keys(axes).filter(path => path !== 'training.seed').map(path => axes[path]);
      return {first, others: others.join()};
    });
    const firsts = unique(values.map(({first}) => first));
    const others = unique(values.map(value => value.others));
    const told = unique(values.map(value => JSON.stringify(value))).length === labels.length && others.length <= DASHES.length;
    return new Map(labels.map((label, index) => {
      const hue = told ? firsts.indexOf(values[index].first) : index;
      return [label, {
        variable: 's' + hue % 6,
        symbol: SYMBOLS[(hue + Math.floor(hue / 6)) % 6],
        dash: DASHES[told ? others.indexOf(values[index].others) : Math.floor(index / 36) % DASHES.length],
      }];
    }));
  })();
  const look = label => looks.get(label);

  function svg(tag, attributes, ...children) {
    const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  /** What a label looks like in the curves. */
  function mark(label) {
    const {variable, symbol, dash} = look(label);
    const drawn = svg('svg', {class: 'mark', width: 30, height: 12, 'aria-hidden': true},
      svg('line', {x1: 0, y1: 6, x2: 30, y2: 6, 'stroke-width': 2, 'stroke-dasharray': dash.join(' ')}),
      svg('path', {d: symbol, transform: 'translate(10 1) scale(0.83)'}));
    drawn.style.stroke = drawn.style.fill = `var(--${variable})`;
    return drawn;
  }

  // --- figures ----------------------------------------------------------------------------------

  const figures = [];

  /**
   * A chart with caption, legend, table and download. `option(width, hidden, picked)` is asked again
   * whenever width, colours or what the legend hides or points at change.
   */
  function figure(parent, {name, title, note, height, data, columns, rows, legend = [], option}) {
    const plot = el('div', {class: 'chart', role: 'img', 'aria-label': `${title}. ${note || ''} The table below the chart holds its numbers.`, style: `height: ${height}px`});
    const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], {type: 'application/json'}));
    const buttons = legend.map(label => el('button', {type: 'button', 'aria-pressed': 'true'}, mark(label), label));
    parent.append(el('figure', {id: name},
      el('figcaption', null, el('h3', null, title), note ? el('p', null, note) : []),
      buttons.length > 1 ? el('div', {class: 'legend', role: 'group', 'aria-label': 'Show or hide'}, buttons) : [],
      plot,
      el('div', {class: 'tools'},
        el('details', null, el('summary', null, 'Numbers'), table(title, columns, rows)),
        el('a', {href: url, download: name + '.json'}, 'JSON'))));
    const hidden = new Set();
    let picked = null;
    const pick = label => {
      picked = label;
      draw();
    };
    buttons.forEach((button, index) => {
      button.addEventListener('click', () => {
        const shown = button.getAttribute('aria-pressed') === 'false';
        button.setAttribute('aria-pressed', String(shown));
        if (shown) hidden.delete(legend[index]); else hidden.add(legend[index]);
        draw();
      });
      for (const event of ['mouseenter', 'focus']) button.addEventListener(event, () => pick(legend[index]));
      for (const event of ['mouseleave', 'blur']) button.addEventListener(event, () => pick(null));
    });
    let chart;
    const draw = () => {
      try {
        chart = chart || start();
        chart.setOption({...base(), ...option(plot.clientWidth, hidden, hidden.has(picked) ? null : picked)}, {notMerge: true});
      } catch (error) {
        record(error);
        plot.replaceChildren(missing(`This chart could not be drawn (${error.message}). Its numbers are below.`));
      }
    };
    const start = () => {
      const started = echarts.init(plot, null, {renderer: 'svg'});
      started.on('finished', () => { plot.dataset.drawn = 'true'; });
      return started;
    };
    figures.push({plot, draw, resize: () => chart && chart.resize()});
  }

  const base = () => ({
    animation: false,
    textStyle: {fontFamily: getComputedStyle(document.body).fontFamily, color: colour('ink')},
    aria: {enabled: false},
    tooltip: {
      confine: true,
      backgroundColor: colour('panel'),
      borderColor: colour('rule'),
      textStyle: {color: colour('ink')},
    },
  });
  const axis = more => ({
    nameLocation: 'middle',
    nameTextStyle: {color: colour('soft')},
    axisLine: {show: true, lineStyle: {color: colour('rule')}},
    axisTick: {show: false},
    splitLine: {lineStyle: {color: colour('rule'), opacity: 0.6}},
    ...more,
    axisLabel: {color: colour('soft'), hideOverlap: true, ...more.axisLabel},
  });
  const accuracyAxis = more => axis({
    type: 'value', min: 0, max: 1, interval: 0.25, ...more,
    axisLabel: {formatter: value => Math.round(100 * value) + ' %', ...(more || {}).axisLabel},
  });

  // --- results ----------------------------------------------------------------------------------

  const section = id => document.getElementById(id);

  function results() {
    const parent = section('results');
    const rows = report.runs.flatMap(run =>
      run.results.length ? run.results.map(result => ({run, ...result})) : [{run}]);
    const ceilings = ({ceilings: stated}) => stated.length
      ? [...stated].sort((a, b) => b.accuracy - a.accuracy).map(({from, accuracy}) => el('div', {class: 'fine'}, `${percent(accuracy)} ${from}`))
      : 'none stated';
    const yardstick = run => JSON.stringify([run.chance, run.ceilings]);
    const repeats = row => row !== rows[0] && yardstick(row.run) === yardstick(rows[rows.indexOf(row) - 1].run);
    if (report.configurations.length) {
      const checkpoints = unique(report.configurations.map(({checkpoint}) => checkpoint));
      const of = (label, checkpoint) => report.configurations.find(row => row.label === label && row.checkpoint === checkpoint);
      parent.append(
        el('h3', null, 'Over the runs of each configuration'),
        table('Test accuracy over the runs of each configuration', [
          {name: 'Configuration', value: label => [mark(label), label]},
          ...checkpoints.flatMap(checkpoint => [
            {name: `Mean, ${checkpoint}`, kind: 'number', value: label => percent(of(label, checkpoint)?.mean)},
            {name: 'Range', kind: 'number', value: label => spanned(of(label, checkpoint))},
            {name: 'Runs', kind: 'number', value: label => String(of(label, checkpoint)?.runs || 0)},
          ]),
        ], labels),
        el('h3', null, 'Every run'));
    }
    parent.append(table('Final table', [
      {name: 'Run', value: ({run}) => [mark(run.label), run.id, run.status === 'finished' ? [] : el('div', {class: 'fine'}, run.status)].flat()},
      {name: 'Parameters', kind: 'number', value: ({run}) => integer(run.parameters)},
      {name: 'Checkpoint', kind: 'keep', value: ({checkpoint, epoch}) => checkpoint ? `${checkpoint}, epoch ${epoch}` : NONE},
      {name: 'Test accuracy', kind: 'number', value: ({test}) => test
        ? [percent(test.accuracy), el('div', {class: 'fine'}, `${integer(test.correct)} of ${integer(test.total)}`)] : 'none yet'},
      {name: '95 % interval', kind: 'number', value: ({test}) => test ? range(test, percent) : NONE},
      {name: 'Chance', kind: 'number', value: ({run}) => percent(run.chance)},
      {name: 'Ceilings', kind: 'keep', value: row => repeats(row) ? el('span', {class: 'fine'}, 'as above') : ceilings(row.run)},
      {name: 'Epochs', kind: 'number', value: ({run}) => String(run.epochs)},
      {name: 'Time', kind: 'number', value: ({run}) => duration(run.seconds)},
    ], rows));
    const waiting = report.runs.filter(run => run.results.length === 0);
    if (waiting.length) parent.append(missing(`No test accuracy yet for ${listed(waiting.map(run => run.id))}: it is measured when training ends.`));

    // Runs may only share an axis with the ceilings of their own task.
    unique(report.runs.map(yardstick)).forEach((key, index) => {
      const measured = rows.filter(row => row.test && yardstick(row.run) === key);
      const run = report.runs.find(candidate => yardstick(candidate) === key);
      if (measured.length || run.ceilings.length) yardsticks(parent, index, measured, run);
    });
  }

  function yardsticks(parent, index, measured, {name, chance, ceilings}) {
    const marks = [
      {name: 'chance', kind: 'chance', accuracy: chance, how: 'the label distribution alone'},
      ...ceilings.map(({from, accuracy, how}) => ({name: from, kind: 'ceiling', accuracy, how})),
    ].sort((a, b) => b.accuracy - a.accuracy);
    const several = measured.some(row => row.run.results.length > 1);
    const places = unique(measured.map(({run, checkpoint}) => JSON.stringify([run.label, checkpoint]))).map(text => JSON.parse(text));
    const rows = [
      ...places.map(([label, checkpoint]) => {
        const runs = measured.filter(row => row.run.label === label && row.checkpoint === checkpoint)
          .map(({run, test}) => ({run: run.id, ...test}));
        const over = report.configurations.find(row => row.label === label && row.checkpoint === checkpoint);
        return {
          name: several ? `${label}, ${checkpoint}` : label, label, checkpoint, runs,
          ...runs.length > 1
            ? {kind: 'runs', accuracy: over.mean, lower: over.low, upper: over.high, how: `mean of ${runs.length} runs, ${spanned(over)}`}
            : {kind: 'run', ...runs[0]},
        };
      }),
      ...marks,
    ];
    const nameWidth = width => Math.min(300, 0.46 * width);
    figure(parent, {
      name: `accuracy-and-ceilings-${index + 1}`,
      title: `Test accuracy beside its ceilings: ${name}`,
      note: 'Points with whiskers are runs and their 95 % intervals; '
        + (rows.some(row => row.kind === 'runs') ? 'where a configuration has several runs, small points are runs, a large one is their mean, and the bar is their range; ' : '')
        + 'open diamonds are chance and the ceilings, continued as dotted lines.',
      height: 60 + (rows.length > 24 ? 23 : 28) * rows.length,
      data: rows,
      columns: [
        {name: 'Row', value: row => row.name},
        {name: 'Kind', value: row => row.kind},
        {name: 'Accuracy', kind: 'number', value: row => percent(row.accuracy)},
        {name: '95 % interval', kind: 'number', value: row => row.kind === 'run' ? range(row, percent) : NONE},
        {name: 'How known', value: row => row.how || `${integer(row.correct)} of ${integer(row.total)} right`},
      ],
      rows,
      option: width => ({
        grid: {left: nameWidth(width) + 12, right: 24, top: 8, bottom: 30},
        xAxis: accuracyAxis(),
        yAxis: axis({
          type: 'category', inverse: true, data: rows.map((row, i) => String(i)), splitLine: {show: false},
          axisLabel: {interval: 0, hideOverlap: false, formatter: i => elide(rows[i].name, nameWidth(width) / 6.8)},
        }),
        series: [
          {
            type: 'custom', silent: true, z: 3,
            data: rows.map((row, i) => row.label ? [row.lower, row.upper, i] : null).filter(Boolean),
            encode: {x: [0, 1], y: 2},
            renderItem: (params, api) => {
              const [x1, y] = api.coord([api.value(0), api.value(2)]);
              const [x2] = api.coord([api.value(1), api.value(2)]);
              const {label, kind} = rows[api.value(2)];
              const style = {stroke: colour(look(label).variable), lineWidth: 2, fill: 'none'};
              const line = (ax, ay, bx, by) => ({type: 'line', shape: {x1: ax, y1: ay, x2: bx, y2: by}, style});
              if (kind === 'runs') return {...line(x1, y, x2, y), style: {...style, lineWidth: 9, opacity: 0.3}};
              return {type: 'group', children: [line(x1, y, x2, y), line(x1, y - 4, x1, y + 4), line(x2, y - 4, x2, y + 4)]};
            },
          },
          {
            type: 'scatter', z: 3, symbolSize: 5, itemStyle: {opacity: 0.8},
            data: rows.flatMap((row, i) => row.kind === 'runs'
              ? row.runs.map(run => ({value: [run.accuracy, i], run, itemStyle: {color: colour(look(row.label).variable)}})) : []),
          },
          {
            type: 'scatter', z: 4, symbolSize: 11, itemStyle: {opacity: 1},
            data: rows.map((row, i) => row.label
              ? {value: [row.accuracy, i], symbol: 'path://' + look(row.label).symbol, itemStyle: {color: colour(look(row.label).variable)}}
              : {value: [row.accuracy, i], symbol: 'diamond', itemStyle: {color: colour('panel'), borderColor: colour('soft'), borderWidth: 1.5}}),
            markLine: {
              silent: true, symbol: 'none', label: {show: false},
              lineStyle: {color: colour('soft'), type: 'dotted', opacity: 0.55},
              data: marks.map(mark => ({xAxis: mark.accuracy})),
            },
          },
        ],
        tooltip: {
          ...base().tooltip,
          formatter: ({data}) => {
            const row = data.run || rows[data.value[1]];
            return row.total
              ? tip(row.name || row.run, `${percent(row.accuracy)} ${range(row, percent)}`, `${integer(row.correct)} of ${integer(row.total)} right`)
              : tip(row.name, `${percent(row.accuracy)} (${row.kind === 'runs' ? 'mean' : row.kind})`, row.how);
          },
        },
      }),
    });
  }

  // --- curves -----------------------------------------------------------------------------------

  function curves(parent, {name, title, note, xName, data}) {
    const rows = data.flatMap(series => series.lines.flatMap(line =>
      line.points.map(point => ({label: series.label, run: line.run, ...point}))));
    const shared = report.runs.every(run => run.chance === report.runs[0].chance);
    const counted = rows.some(row => row.counts);
    figure(parent, {
      name, title, note, data, rows,
      height: data.length > 8 ? 440 : 340,
      legend: data.map(series => series.label),
      columns: [
        {name: 'Run', value: row => row.run},
        {name: sentence(xName), kind: 'number', value: row => String(row.x)},
        {name: 'Accuracy', kind: 'number', value: row => percent(row.y)},
        ...counted ? [
          {name: '95 % interval', kind: 'number', value: row => range(row.counts, percent)},
          {name: 'Examples', kind: 'number', value: row => integer(row.counts.total)},
        ] : [],
      ],
      option: (width, hidden, picked) => ({
        grid: {left: 8, right: 16, top: 16, bottom: 28, containLabel: true},
        xAxis: axis({type: 'value', name: xName, nameGap: 28, minInterval: 1, splitLine: {show: false},
          min: Math.min(...rows.map(row => row.x)), max: Math.max(...rows.map(row => row.x))}),
        yAxis: accuracyAxis(),
        series: [
          ...shared ? [chanceLine()] : [],
          ...data.filter(series => !hidden.has(series.label)).flatMap((series, i, shown) => drawSeries(series, shown.length > 3, picked && picked !== series.label ? 0.12 : 1)),
        ],
        tooltip: {
          ...base().tooltip,
          formatter: ({data: {value: [x, y], run, counts, spread}}) => spread
            ? tip(run, `${xName} ${x}`, `mean ${percent(y)}`, `range ${percent(spread.low)} to ${percent(spread.high)}`)
            : tip(run, `${xName} ${x}`, `${percent(y)} ${range(counts, percent)}`, counts && `${integer(counts.correct)} of ${integer(counts.total)} right`),
        },
      }),
    });
  }

  const chanceLine = () => ({
    type: 'line', data: [],
    markLine: {
      silent: true, symbol: 'none', data: [{yAxis: report.runs[0].chance}],
      label: {formatter: 'chance', position: 'insideStartTop', color: colour('soft')},
      lineStyle: {color: colour('soft'), type: 'dotted'},
    },
  });

  /**
   * Where many series cross, single runs and ranges step back behind the means; all of a series is
   * as opaque as `strength` says.
   */
  function drawSeries({label, lines, spread}, crowded, strength) {
    const {variable, symbol, dash} = look(label);
    const ink = colour(variable);
    const several = lines.length > 1;
    const faint = crowded ? 0.25 : 0.55;
    const stroke = (width, opacity) => ({
      lineStyle: {color: ink, type: dash, width, opacity: opacity * strength}, itemStyle: {color: ink, opacity: opacity * strength},
    });
    const line = more => ({type: 'line', symbol: 'path://' + symbol, symbolSize: 7, ...more});
    const band = {
      type: 'custom', silent: true, clip: true, z: 1,
      data: [[spread[0]?.x, spread[0]?.mean]],
      renderItem: (params, api) => ({
        type: 'polygon',
        shape: {points: [...spread.map(at => api.coord([at.x, at.high])), ...spread.map(at => api.coord([at.x, at.low])).reverse()]},
        style: {fill: ink, opacity: (crowded ? 0.07 : 0.16) * strength},
      }),
    };
    return [
      ...spread.length ? [
        band,
        line({z: 4, ...stroke(2.5, 1), data: spread.map(at => ({value: [at.x, at.mean], run: `${label}, mean of ${lines.length} runs`, spread: at}))}),
      ] : [],
      ...lines.map(({run, points}) => line({
        ...several ? stroke(1, faint) : stroke(2, 1),
        symbolSize: several ? 3 : 7,
        data: points.map(point => ({value: [point.x, point.y], run, counts: point.counts})),
      })),
    ];
  }

  const SEVERAL = ' Thin lines are runs; a thick line is the mean of a configuration’s runs and its band their range, as far as all of them got.';

  function learning() {
    const parent = section('learning');
    const begun = new Set(report.curves.flatMap(series => series.lines.map(line => line.run)));
    if (begun.size) {
      curves(parent, {
        name: 'validation-accuracy', title: 'Validation accuracy by epoch', xName: 'epoch', data: report.curves,
        note: report.curves.some(series => series.spread.length) ? SEVERAL.trim() : '',
      });
    }
    const waiting = report.runs.filter(run => !begun.has(run.id)).map(run => run.id);
    if (waiting.length) parent.append(missing(`No epoch has ended yet in ${listed(waiting)}.`));
  }

  function slices() {
    const parent = section('slices');
    if (!report.slices.length) {
      parent.append(missing('Nothing to show yet: slices are measured together with the test accuracy.'));
    }
    for (const {slice, checkpoint, series} of report.slices) {
      curves(parent, {
        name: `accuracy-by-${slice}-${checkpoint}`.replace(/[^a-zA-Z0-9-]+/g, '-'),
        title: `Test accuracy by ${slice}, ${checkpoint} checkpoint`, xName: slice, data: series,
        note: 'Slices differ in how many examples they hold; the interval of each is in the table.'
          + (series.some(({spread}) => spread.length) ? SEVERAL : ''),
      });
    }
  }

  // --- ablation ---------------------------------------------------------------------------------

  function ablation() {
    const parent = section('ablation');
    const ablated = new Set(report.ablations.map(({run}) => run));
    const waiting = report.runs.filter(run => !ablated.has(run.id)).map(run => run.id);
    if (waiting.length) parent.append(missing(`Not ablated yet: ${listed(waiting)}.`));
    if (!report.ablations.length) return;

    const withHeads = report.ablations.filter(({heads}) => heads.length);
    if (withHeads.length) {
      heatMaps(parent, withHeads);
      drops(parent);
    }
    verdicts(parent);
  }

  function heatMaps(parent, ablations) {
    const sizes = ablations.flatMap(({heads}) => heads.map(head => Math.abs(head.drop || 0)));
    const reach = Math.max(0.1, Math.ceil(20 * Math.max(...sizes)) / 20);
    const panels = el('div', {class: 'panels'});
    parent.append(
      el('h3', null, 'Relative drop δ of each head'),
      el('p', {class: 'scale'}, `−${reach.toFixed(2)} gain`, el('i', {'aria-hidden': 'true'}), `${reach.toFixed(2)} loss`,
        el('span', null, el('b', {'aria-hidden': 'true'}), 'outlined: beyond the null')),
      panels);
    const key = ({run, intervention}) => JSON.stringify([runById.get(run).label, intervention]);
    unique(ablations.map(key)).forEach((panel, index) => heatMap(panels, index, ablations.filter(item => key(item) === panel), reach));
  }

  /** The heads of a label's runs under one intervention; a row is a layer of a run. */
  function heatMap(parent, index, items, reach) {
    const {label} = runById.get(items[0].run);
    const heads = items.flatMap(item => item.heads.map(head => ({run: item.run, ...head})));
    const places = unique(heads.map(head => JSON.stringify([head.run, head.layer]))).map(text => JSON.parse(text));
    const several = items.length > 1;
    const placeName = ([run, layer]) => several ? elide([distinction(run), `layer ${layer}`].filter(Boolean).join(', '), 20) : String(layer);
    const width = 1 + Math.max(...heads.map(head => head.head));
    const undefinedDrop = heads.some(head => !known(head.drop));
    const count = heads.filter(head => head.beyondNull).length;
    // Outlined cells last, so that no neighbour covers an outline.
    const cells = [...heads].sort((a, b) => a.beyondNull - b.beyondNull);
    const left = several ? 14 + 6.6 * Math.max(...places.map(place => placeName(place).length)) : 44;
    figure(parent, {
      name: `heads-${index + 1}`,
      title: several ? label : items[0].run,
      note: `${sentence(interventionName(items[0].intervention))}; ${count} of ${plural(heads.length, 'head')} beyond the null.`
        + (undefinedDrop ? ' Grey cells: δ says nothing of a model that has not learned.' : ''),
      height: 52 + places.length * (several ? 28 : 36),
      data: items.map(({run, intervention, heads: each}) => ({run, intervention, heads: each})),
      columns: [
        {name: 'Layer, head', value: head => `${head.layer}, ${head.head}`},
        ...several ? [{name: 'Run', value: head => head.run}] : [],
        {name: 'δ', kind: 'number', value: head => decimal(head.drop)},
        {name: 'Accuracy lost', kind: 'number', value: head => `${percent(head.accuracyDrop)} ${range(head.accuracyDropInterval, percent)}`},
        {name: 'p', kind: 'number', value: head => small(head.p)},
        {name: 'q', kind: 'number', value: head => small(head.q)},
        {name: 'Beyond the null', value: head => head.beyondNull ? 'yes' : 'no'},
      ],
      rows: heads,
      option: pixels => ({
        grid: {left, right: 4, top: 4, bottom: 44},
        xAxis: axis({type: 'category', name: 'head', nameGap: 26, data: [...Array(width).keys()], axisLine: {show: false}, splitLine: {show: false}}),
        yAxis: axis({
          type: 'category', name: several ? '' : 'layer', nameGap: 28, inverse: true, data: places.map(placeName),
          axisLine: {show: false}, splitLine: {show: false},
        }),
        series: [{
          type: 'custom',
          data: cells.map(head => ({value: [head.head, places.findIndex(([run, layer]) => run === head.run && layer === head.layer), head.drop], head})),
          encode: {x: 0, y: 1},
          renderItem: (params, api) => {
            const [x, y] = api.coord([api.value(0), api.value(1)]);
            const [w, h] = api.size([1, 1]);
            const head = cells[params.dataIndex];
            const share = known(head.drop) ? head.drop / reach : 0;
            const shape = {x: x - w / 2 + 2, y: y - h / 2 + 2, width: w - 4, height: h - 4, r: 2};
            const fill = known(head.drop) ? mix(colour('none'), colour(share < 0 ? 'gain' : 'loss'), Math.abs(share)) : colour('rule');
            const cell = {type: 'rect', shape, style: {fill, stroke: head.beyondNull ? colour('ink') : colour('rule'), lineWidth: head.beyondNull ? 2 : 0.5}};
            const text = {
              type: 'text', silent: true,
              style: {text: decimal(head.drop), x, y, align: 'center', verticalAlign: 'middle', fontSize: 12, fontFamily: base().textStyle.fontFamily, fill: readable(fill), fontWeight: head.beyondNull ? 600 : 400},
            };
            return {type: 'group', children: (pixels - left) / width > 44 ? [cell, text] : [cell]};
          },
        }],
        tooltip: {
          ...base().tooltip,
          formatter: ({data: {head}}) => tip(
            `Layer ${head.layer}, head ${head.head}`,
            several && head.run,
            `δ ${known(head.drop) ? decimal(head.drop) : 'not defined: model at chance'}`,
            `accuracy lost ${percent(head.accuracyDrop)} ${range(head.accuracyDropInterval, percent)}`,
            `${integer(head.correct)} of ${integer(head.total)} right, ${integer(head.baselineCorrect)} with all heads`,
            `p ${small(head.p)}, q ${small(head.q)}: ${head.beyondNull ? 'beyond the null' : 'within the null'}`),
        },
      }),
    });
  }

  const channels = hex => [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
  const hex = rgb => '#' + rgb.map(value => Math.round(value).toString(16).padStart(2, '0')).join('');
  const mix = (from, to, share) => {
    const target = channels(to);
    return hex(channels(from).map((value, i) => value + Math.min(1, share) * (target[i] - value)));
  };
  const readable = fill => {
    const [r, g, b] = channels(fill);
    return 0.299 * r + 0.587 * g + 0.114 * b > 135 ? '#101418' : '#ffffff';
  };

  function drops(parent) {
    if (!report.drops.length) return;
    const panels = el('div', {class: 'panels'});
    parent.append(
      el('h3', null, 'Drops by layer'),
      el('p', {class: 'scale'}, 'Boxes hold the middle half, with the median; whiskers reach the extremes. Filled points are beyond the null.'),
      panels);
    const all = report.drops.flatMap(({layers}) => layers.flatMap(layer => layer.five));
    const extent = Math.max(0.1, ...all) - Math.min(0, ...all);
    const step = [0.05, 0.1, 0.2, 0.5, 1, 2, 5].find(size => extent <= 6 * size) || 10;
    const bottom = step * Math.floor(Math.min(0, ...all) / step);
    const top = step * Math.ceil(Math.max(0.1, ...all) / step);
    report.drops.forEach(({label, intervention, layers}, index) => {
      const heads = layers.flatMap(layer => layer.heads.map(head => ({layer: layer.layer, ...head})));
      const runs = unique(heads.map(head => head.run)).length;
      const {variable} = look(label);
      figure(panels, {
        name: `drops-${index + 1}`,
        title: label,
        note: `${sentence(interventionName(intervention))}; heads of ${plural(runs, 'run')}.`,
        height: 260,
        data: {label, intervention, layers},
        columns: [
          {name: 'Layer, head', value: head => `${head.layer}, ${head.head}`},
          {name: 'Run', value: head => head.run},
          {name: 'δ', kind: 'number', value: head => decimal(head.drop)},
          {name: 'Beyond the null', value: head => head.beyondNull ? 'yes' : 'no'},
        ],
        rows: heads,
        option: width => {
          const room = 0.5 * (width - 60) / layers.length;
          const spread = Math.min(60, room);
          return {
            grid: {left: 8, right: 8, top: 10, bottom: 26, containLabel: true},
            xAxis: axis({type: 'category', name: 'layer', nameGap: 26, data: layers.map(({layer}) => String(layer)), splitLine: {show: false}}),
            yAxis: axis({type: 'value', name: 'δ', nameGap: 34, min: bottom, max: top, interval: step, axisLabel: {formatter: decimal}}),
            series: [
              {
                type: 'boxplot', silent: true, boxWidth: [8, Math.min(90, 1.5 * room)],
                itemStyle: {color: 'transparent', borderColor: colour('soft'), borderWidth: 1.2},
                data: layers.map(({five}) => five),
              },
              {
                type: 'scatter', symbolSize: 8, z: 4, itemStyle: {opacity: 1},
                data: layers.flatMap(({layer, heads: points}, at) => points.map((head, i) => ({
                  value: [at, head.drop],
                  head: {layer, ...head},
                  // Sideways only to keep points apart.
                  symbolOffset: [points.length > 1 ? spread * (i / (points.length - 1) - 0.5) : 0, 0],
                  itemStyle: {color: head.beyondNull ? colour(variable) : colour('panel'), borderColor: colour(variable), borderWidth: 1.5},
                }))),
              },
            ],
            tooltip: {
              ...base().tooltip,
              formatter: ({data: {head}}) => tip(`Layer ${head.layer}, head ${head.head}`, head.run, `δ ${decimal(head.drop)}`, head.beyondNull ? 'beyond the null' : 'within the null'),
            },
          };
        },
      });
    });
  }

  function verdicts(parent) {
    const rows = report.ablations.flatMap(({run, intervention, layers}) => layers.map(layer => ({run, intervention, ...layer})));
    parent.append(el('h3', null, 'Verdicts'));
    if (!rows.length) {
      parent.append(missing('No verdict yet: the ablation has not come to an end.'));
      return;
    }
    const withRange = (value, interval) => [decimal(value), interval ? el('div', {class: 'fine'}, range(interval, decimal)) : []].flat();
    if (repeated) {
      const place = row => JSON.stringify([runById.get(row.run).label, row.intervention, row.layer]);
      const groups = unique(rows.map(place)).map(key => rows.filter(row => place(row) === key));
      parent.append(table('Verdicts over the runs of each configuration', [
        {name: 'Configuration', value: ([{run, intervention}]) => {
          const {label} = runById.get(run);
          return [mark(label), label, el('div', {class: 'fine'}, `${intervention.mode}, ${intervention.checkpoint}`)];
        }},
        {name: 'Layer', kind: 'number', value: ([{layer}]) => String(layer)},
        {name: 'Runs', kind: 'number', value: group => String(group.length)},
        ...unique(rows.map(row => row.verdict)).map(verdict => (
          {name: verdictName(verdict), kind: 'number', value: group => String(group.filter(row => row.verdict === verdict).length || NONE)})),
      ], groups), el('h3', null, 'Verdicts of every run'));
    }
    parent.append(table('Verdicts by run and layer', [
      {name: 'Run', value: row => [mark(runById.get(row.run).label), row.run, el('div', {class: 'fine'}, `${row.intervention.mode}, ${row.intervention.checkpoint}`)]},
      {name: 'Layer', kind: 'number', value: row => String(row.layer)},
      {name: 'Verdict', kind: 'verdict', value: row => verdictName(row.verdict)},
      {name: 'Why', kind: 'wide', value: row => row.reason},
      {name: 'All heads Δ', kind: 'number', value: row => [decimal(row.allHeadsDrop), el('div', {class: 'fine'}, `q ${small(row.allHeadsQ)}`)]},
      {name: 'Top head δ₁', kind: 'number', value: row => [row.topHead < 0 ? [] : el('span', {class: 'fine'}, `head ${row.topHead}: `), withRange(row.topDrop, row.topDropInterval)].flat()},
      {name: 'Next δ₂', kind: 'number', value: row => withRange(row.runnerUpDrop, row.runnerUpDropInterval)},
      {name: 'Share', kind: 'number', value: row => withRange(row.share, row.shareInterval)},
      {name: 'Effective heads', kind: 'number', value: row => decimal(row.effectiveHeads)},
      {name: 'Top pair δ', kind: 'number', value: row => decimal(row.topPairDrop)},
    ], rows));
  }

  // --- provenance -------------------------------------------------------------------------------

  function provenance() {
    const parent = section('provenance');
    for (const run of report.runs) {
      const {provenance: from} = run;
      const facts = {
        ...run.axes,
        'Config hash': run.configHash,
        'Started': from.started,
        'Finished': from.finished,
        'Seed': from.seed,
        'Commit': from.gitCommit,
        'PE Lab': from.peVersion,
        'Deeplearning4j': from.dl4jVersion,
        'JVM': from.jvm,
        'JVM flags': (from.jvmFlags || []).join(' '),
        'OS': from.os,
        'CPU': `${from.cpu}, ${plural(from.cores, 'core')}`,
        'GPU': from.gpu,
        'Backend': from.backend,
        'BLAS': `${from.blas}, ${plural(from.blasThreads, 'thread')}`,
        'Kernel': from.kernel,
        'Fingerprint': from.fingerprint,
      };
      parent.append(el('details', null,
        el('summary', null, run.id),
        el('dl', {class: 'facts'}, Object.entries(facts).map(([name, value]) =>
          [el('dt', null, name), el('dd', null, known(value) && value !== '' ? String(value) : NONE)])),
        el('details', null, el('summary', null, 'Effective config'), el('pre', null, JSON.stringify(run.config, null, 2)))));
    }
  }

  // --- the page ---------------------------------------------------------------------------------

  const unfinished = report.runs.filter(run => run.status !== 'finished').length;
  section('summary').textContent =
    `${plural(report.runs.length, 'run')} of ${plural(labels.length, 'configuration')}` + (unfinished ? `, ${unfinished} not finished` : '');

  results();
  learning();
  slices();
  ablation();
  provenance();
  figures.forEach(({draw}) => draw());

  const drawAll = () => figures.forEach(({draw}) => draw());
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  const widths = new Map(figures.map(({plot}) => [plot, plot.clientWidth]));
  const observer = new ResizeObserver(entries => {
    for (const {target} of entries) {
      if (widths.get(target) === target.clientWidth) continue;
      widths.set(target, target.clientWidth);
      const {draw, resize} = figures.find(({plot}) => plot === target);
      resize();
      draw();
    }
  });
  figures.forEach(({plot}) => observer.observe(plot));
  page.dataset.figures = String(figures.length);
})();
