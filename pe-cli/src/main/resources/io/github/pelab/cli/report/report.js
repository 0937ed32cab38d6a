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
    const seen = (hue, dash) => ({variable: 's' + hue % 6, symbol: SYMBOLS[(hue + Math.floor(hue / 6)) % 6], dash});
    const found = new Map(labels.map((label, index) => [label, told
      ? seen(firsts.indexOf(values[index].first), DASHES[others.indexOf(values[index].others)])
      : seen(index, DASHES[Math.floor(index / 36) % DASHES.length])]));
    // A scheme of random heads looks like the runs that have it, where colour stands for schemes.
    const hues = told ? firsts : [...labels];
    for (const scheme of unique([...report.spectra.random, ...report.spectra.kernels].map(each => each.scheme))) {
      if (!hues.includes(scheme)) hues.push(scheme);
      if (!found.has(scheme)) found.set(scheme, seen(hues.indexOf(scheme), DASHES[0]));
    }
    return found;
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

  let figures = [];

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
    figures.push({
      plot, draw,
      resize: () => chart && chart.resize(),
      discard: () => {
        URL.revokeObjectURL(url);
        if (chart) chart.dispose();
      },
    });
  }

  /** Redraws a figure whose width has changed. */
  const observer = new ResizeObserver(entries => {
    for (const {target} of entries) {
      if (widths.get(target) === target.clientWidth) continue;
      widths.set(target, target.clientWidth);
      const shown = figures.find(({plot}) => plot === target);
      if (!shown) continue;
      shown.resize();
      shown.draw();
    }
  });
  const widths = new Map();

  /** Draws what is new on the page. */
  function drawNew() {
    for (const {plot, draw} of figures.filter(({plot}) => !widths.has(plot))) {
      widths.set(plot, plot.clientWidth);
      draw();
      observer.observe(plot);
    }
    page.dataset.figures = String(figures.length);
  }

  /**
   * Figures of one choice at a time, so that a page of many runs stays light: `build(parent, value)`
   * makes those of what is chosen. Options are {text, value}; of a single one nothing is to choose.
   */
  function chooser(parent, {name, options, chosen = options[0], build}) {
    const room = el('div', {class: 'room'});
    const show = ({value}) => {
      const [gone, kept] = [true, false].map(inside => figures.filter(({plot}) => room.contains(plot) === inside));
      for (const {plot, discard} of gone) {
        observer.unobserve(plot);
        widths.delete(plot);
        discard();
      }
      figures = kept;
      room.replaceChildren();
      build(room, value);
    };
    if (options.length > 1) {
      const select = el('select', null, options.map(({text}) => el('option', null, text)));
      select.selectedIndex = options.indexOf(chosen);
      select.addEventListener('change', () => {
        show(options[select.selectedIndex]);
        drawNew();
      });
      parent.append(el('p', {class: 'choice'}, el('label', null, name, ' ', select)));
    }
    parent.append(room);
    show(chosen);
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
    shares(parent);
    besides(parent);
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
            grid: {left: 26, right: 8, top: 10, bottom: 26, containLabel: true},
            xAxis: axis({type: 'category', name: 'layer', nameGap: 26, data: layers.map(({layer}) => String(layer)), splitLine: {show: false}}),
            yAxis: axis({type: 'value', name: 'δ', nameGap: 42, min: bottom, max: top, interval: step, axisLabel: {formatter: decimal}}),
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

  /** Wilson's interval beside it. */
  const calledFraction = ({fraction: {value, interval}}) => `${percent(value)} ${range(interval, percent)}`;

  function verdicts(parent) {
    const rows = report.ablations.flatMap(({run, intervention, layers}) => layers.map(layer => ({run, intervention, ...layer})));
    parent.append(el('h3', null, 'Verdicts'));
    if (!rows.length) {
      parent.append(missing('No verdict yet: the ablation has not come to an end.'));
      return;
    }
    const withRange = (value, interval) => [decimal(value), interval ? el('div', {class: 'fine'}, range(interval, decimal)) : []].flat();
    if (repeated) {
      parent.append(table('Verdicts over the runs of each configuration', [
        {name: 'Configuration', value: ({label, intervention}) => [mark(label), label, el('div', {class: 'fine'}, `${intervention.mode}, ${intervention.checkpoint}`)]},
        {name: 'Layer', kind: 'number', value: ({layer}) => String(layer)},
        {name: 'Runs', kind: 'number', value: ({seeds}) => String(seeds)},
        ...unique(report.verdicts.flatMap(({verdicts: counts}) => counts.map(({verdict}) => verdict))).map(verdict => (
          {name: verdictName(verdict), kind: 'number', value: ({verdicts: counts}) => {
            const count = counts.find(each => each.verdict === verdict);
            return count ? [String(count.seeds), count.fraction ? el('div', {class: 'fine'}, calledFraction(count)) : []].flat() : NONE;
          }})),
      ], report.verdicts),
      report.verdicts.some(({verdicts: counts}) => counts.some(({fraction}) => fraction)) ? []
        : missing('Below ten runs of a configuration no fraction of them is called: these are counts.'),
      el('h3', null, 'Verdicts of every run'));
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

  /** Rows of the share figure that are shown at once; beyond, a layer is chosen. */
  const MOST_ROWS = 30;

  function shares(parent) {
    const layers = report.ablations.flatMap(({run, intervention, layers: each}) => each.map(layer => ({run, intervention, ...layer})));
    if (!layers.some(({share}) => known(share))) return;
    parent.append(el('h3', null, 'What the top head carries'));
    const interventions = unique(layers.map(({intervention}) => JSON.stringify(intervention)));
    chooser(parent, {
      name: 'Ablation',
      options: interventions.map(key => ({text: interventionName(JSON.parse(key)), value: key})),
      build: (room, key) => {
        const rows = report.verdicts.filter(({intervention}) => JSON.stringify(intervention) === key);
        const numbers = unique(rows.map(({layer}) => layer)).sort((a, b) => a - b);
        const each = numbers.map(number => ({text: `layer ${number}`, value: [number]}));
        const few = rows.length <= MOST_ROWS;
        chooser(room, {
          name: 'Layer',
          options: few ? [{text: 'all', value: numbers}] : [...each, {text: 'all', value: numbers}],
          build: (inner, shown) => topShares(inner, rows.filter(({layer}) => shown.includes(layer)),
            layers.filter(({intervention}) => JSON.stringify(intervention) === key)),
        });
      },
    });
  }

  /** A row is a layer of a configuration, with a point for each run. */
  function topShares(parent, groups, layers) {
    const several = unique(groups.map(({label}) => label)).length > 1;
    const severalLayers = unique(groups.map(({layer}) => layer)).length > 1;
    const rows = groups.map(group => ({
      ...group,
      name: [several ? group.label : '', severalLayers || !several ? `layer ${group.layer}` : ''].filter(Boolean).join(', '),
      runs: layers.filter(({run, layer}) => layer === group.layer && runById.get(run).label === group.label),
    }));
    const most = Math.max(...rows.map(({runs}) => runs.length));
    const height = Math.min(64, 18 + 6 * most);
    const said = ({verdicts: counts, seeds}) => counts.map(({verdict, seeds: of}) => verdictName(verdict)
      + (seeds === 1 ? '' : counts.length === 1 ? ` ${of} of ${seeds}` : ` ${of}`)).join(', ');
    const fractions = ({verdicts: counts, seeds}) => counts.map(count =>
      `${verdictName(count.verdict)} ${count.seeds} of ${seeds}${count.fraction ? ': ' + calledFraction(count) : ''}`).join(', ');
    const points = rows.flatMap((row, at) => row.runs.map((run, i) => ({row, at, offset: (i - (row.runs.length - 1) / 2) * (height - 12) / most, ...run})))
      .filter(({share}) => known(share));
    const nameWidth = width => Math.min(8 + 6.8 * Math.max(...rows.map(({name}) => name.length)), 260, 0.36 * width);
    const saidWidth = width => width > 620 ? 170 : 16;
    const shareThresholds = unique(report.runs.map(({config}) => config.ablation?.rule?.shareAtLeast ?? 0.5));
    figure(parent, {
      name: 'top-share',
      title: 'Share of the top head in what a layer’s heads lose',
      note: 'A point is a run, its whisker the interval over examples; filled where the verdict is a deposit. A deposit’s interval lies right of the dotted line, where its config’s rule has it.',
      height: 52 + height * rows.length,
      data: rows.map(({label, intervention, layer, seeds, verdicts: counts, runs}) => ({
        label, intervention, layer, seeds, verdicts: counts,
        runs: runs.map(({run, verdict, topHead, topDrop, share, shareInterval}) => ({run, verdict, topHead, topDrop, share, shareInterval})),
      })),
      columns: [
        {name: 'Run', value: ({run}) => run.run},
        {name: 'Layer', kind: 'number', value: ({row}) => String(row.layer)},
        {name: 'Top head', kind: 'number', value: ({run}) => run.topHead < 0 ? NONE : String(run.topHead)},
        {name: 'Share', kind: 'number', value: ({run}) => `${decimal(run.share)} ${range(run.shareInterval, decimal)}`},
        {name: 'Verdict', value: ({run}) => verdictName(run.verdict)},
        {name: 'Verdicts of its runs', value: ({row}) => fractions(row)},
      ],
      rows: rows.flatMap(row => row.runs.map(run => ({row, run}))),
      option: width => ({
        grid: {left: nameWidth(width) + 10, right: saidWidth(width), top: 6, bottom: 44},
        xAxis: axis({type: 'value', name: 'share', nameGap: 26, min: 0, max: 1, interval: 0.25, axisLabel: {formatter: decimal}}),
        yAxis: [
          axis({
            type: 'category', inverse: true, data: rows.map((row, i) => String(i)), splitLine: {show: true, lineStyle: {color: colour('rule'), opacity: 0.4}},
            axisLabel: {interval: 0, hideOverlap: false, formatter: i => elide(rows[i].name, nameWidth(width) / 6.8)},
          }),
          axis({
            type: 'category', inverse: true, position: 'right', data: rows.map((row, i) => String(i)), axisLine: {show: false}, splitLine: {show: false},
            axisLabel: {show: saidWidth(width) > 20, interval: 0, hideOverlap: false, formatter: i => elide(said(rows[i]), saidWidth(width) / 6.8)},
          }),
        ],
        series: [
          {
            type: 'custom', silent: true, z: 2, data: points.map(({at, shareInterval}) => [shareInterval?.lower, shareInterval?.upper, at]), encode: {x: [0, 1], y: 2},
            renderItem: (params, api) => {
              const {offset, row, shareInterval} = points[params.dataIndex];
              if (!shareInterval) return null;
              const [x1, y] = api.coord([api.value(0), api.value(2)]);
              const [x2] = api.coord([api.value(1), api.value(2)]);
              return {type: 'line', shape: {x1, y1: y + offset, x2, y2: y + offset}, style: {stroke: colour(look(row.label).variable), lineWidth: 1.6}};
            },
          },
          {
            type: 'scatter', symbolSize: 8, z: 3, itemStyle: {opacity: 1},
            data: points.map(point => {
              const ink = colour(look(point.row.label).variable);
              const deposit = point.verdict === 'DEPOSIT';
              return {value: [point.share, point.at], point, symbolOffset: [0, point.offset], itemStyle: {color: deposit ? ink : colour('panel'), borderColor: ink, borderWidth: 1.5}};
            }),
            markLine: {silent: true, symbol: 'none', label: {show: false}, lineStyle: {color: colour('soft'), type: 'dotted'}, data: shareThresholds.map(xAxis => ({xAxis}))},
          },
        ],
        tooltip: {
          ...base().tooltip,
          formatter: ({data: {point}}) => tip(
            `${point.run}, layer ${point.layer}`,
            `head ${point.topHead}: share ${decimal(point.share)} ${range(point.shareInterval, decimal)}`,
            `δ₁ ${decimal(point.topDrop)} ${range(point.topDropInterval, decimal)}`,
            verdictName(point.verdict),
            point.row.seeds > 1 && `of all runs: ${fractions(point.row)}`),
        },
      }),
    });
  }

  /** The top heads of a run beside random subspaces, and two heads at a time. */
  function besides(parent) {
    const items = report.ablations.filter(({pairs, controls}) => pairs.length || controls.length);
    parent.append(el('h3', null, 'Random subspaces, and two heads at a time'));
    const have = new Set(items.map(({run}) => run));
    const others = unique(report.ablations.map(({run}) => run)).filter(run => !have.has(run));
    if (others.length) parent.append(missing(`Not recorded in ${listed(others)}: ablation.controls and ablation.pairs say of how many.`));
    if (!items.length) return;
    const options = items.map(item => ({text: `${item.run}, ${interventionName(item.intervention)}`, value: item}));
    chooser(parent, {
      name: 'Run', options,
      chosen: options.find(({value}) => value.layers.some(({topHead}) => topHead >= 0)) || options[0],
      build: (room, item) => {
        const panels = el('div', {class: 'panels'});
        room.append(panels);
        if (item.controls.length) controlFigure(panels, item);
        if (item.pairs.length) pairFigure(panels, item);
      },
    });
  }

  function controlFigure(parent, {run, intervention, controls}) {
    const ink = () => colour(look(runById.get(run).label).variable);
    const random = controls.flatMap((control, at) => control.randomAccuracyDrops.map(drop => ({value: [drop, at], control})));
    const drops = [...controls.map(({accuracyDrop}) => accuracyDrop), ...random.map(({value: [drop]}) => drop)];
    const [least, most] = [Math.min(0, ...drops), Math.max(0.05, ...drops)];
    const step = [0.01, 0.02, 0.05, 0.1, 0.2].find(size => most - least <= 5 * size) || 0.5;
    const quantile = (values, part) => [...values].sort((a, b) => a - b)[Math.round(part * (values.length - 1))];
    figure(parent, {
      name: 'controls',
      title: 'The top head beside random subspaces',
      note: 'Large points are accuracy lost without the layer’s top head, small ones without as much in random directions of the layer’s head outputs.',
      height: 60 + 34 * controls.length,
      data: {run, intervention, controls: controls.map(({layer, head, drop, accuracyDrop, randomAccuracyDrops, p}) => ({layer, head, drop, accuracyDrop, randomAccuracyDrops, p}))},
      columns: [
        {name: 'Layer, head', value: ({layer, head}) => `${layer}, ${head}`},
        {name: 'δ', kind: 'number', value: ({drop}) => decimal(drop)},
        {name: 'Accuracy lost', kind: 'number', value: ({accuracyDrop}) => percent(accuracyDrop)},
        {name: 'Random: median', kind: 'number', value: ({randomAccuracyDrops}) => percent(quantile(randomAccuracyDrops, 0.5))},
        {name: 'most', kind: 'number', value: ({randomAccuracyDrops}) => percent(quantile(randomAccuracyDrops, 1))},
        {name: 'of', kind: 'number', value: ({randomAccuracyDrops}) => String(randomAccuracyDrops.length)},
        {name: 'p', kind: 'number', value: ({p}) => small(p)},
      ],
      rows: controls,
      option: () => ({
        grid: {left: 8, right: 20, top: 6, bottom: 30, containLabel: true},
        xAxis: axis({type: 'value', name: 'accuracy lost', nameGap: 28, min: step * Math.floor(least / step), max: step * Math.ceil(most / step), interval: step, axisLabel: {formatter: value => minus(String(Math.round(100 * value))) + ' %'}}),
        yAxis: axis({type: 'category', inverse: true, data: controls.map((_, i) => String(i)), splitLine: {show: true, lineStyle: {color: colour('rule'), opacity: 0.4}}, axisLabel: {interval: 0, hideOverlap: false, formatter: i => `layer ${controls[i].layer}, head ${controls[i].head}`}}),
        series: [
          {type: 'scatter', symbolSize: 6, itemStyle: {color: 'transparent', borderColor: colour('soft'), opacity: 0.8}, data: random},
          {type: 'scatter', symbolSize: 12, z: 3, itemStyle: {color: ink(), opacity: 1}, data: controls.map((control, at) => ({value: [control.accuracyDrop, at], control, top: true}))},
        ],
        tooltip: {
          ...base().tooltip,
          formatter: ({data: {value: [drop], control, top}}) => tip(
            top ? `Layer ${control.layer}, head ${control.head}` : `A random subspace of layer ${control.layer}`,
            `accuracy lost ${percent(drop)}`,
            top && `δ ${decimal(control.drop)}; p ${small(control.p)} among ${control.randomAccuracyDrops.length} random subspaces`),
        },
      }),
    });
  }

  function pairFigure(parent, {run, intervention, pairs}) {
    const name = ({layer, head, otherLayer, otherHead}) => `${layer}.${head} + ${otherLayer}.${otherHead}`;
    const ends = pairs.flatMap(({interaction, interactionInterval: interval}) => [interaction, interval?.lower, interval?.upper]).filter(known);
    const reach = Math.max(0.1, ...ends.map(Math.abs));
    const step = [0.05, 0.1, 0.2, 0.5, 1, 2].find(size => reach <= 2 * size) || 5;
    const end = step * Math.ceil(reach / step);
    figure(parent, {
      name: 'pairs',
      title: 'Two heads at a time',
      note: 'δ of both heads (layer.head) less the δ of each: right of 0 they make up for each other, left of it they lose the same.',
      height: 60 + (pairs.length > 12 ? 22 : 34) * pairs.length,
      data: {run, intervention, pairs},
      columns: [
        {name: 'Heads', value: name},
        {name: 'δ', kind: 'number', value: ({drop}) => decimal(drop)},
        {name: 'Interaction', kind: 'number', value: ({interaction, interactionInterval}) => `${decimal(interaction)} ${range(interactionInterval, decimal)}`},
        {name: 'Accuracy lost', kind: 'number', value: ({accuracyDrop, accuracyDropInterval}) => `${percent(accuracyDrop)} ${range(accuracyDropInterval, percent)}`},
        {name: 'p', kind: 'number', value: ({p}) => small(p)},
      ],
      rows: pairs,
      option: () => {
        const ink = colour(look(runById.get(run).label).variable);
        return {
          grid: {left: 8, right: 20, top: 6, bottom: 30, containLabel: true},
          xAxis: axis({type: 'value', name: 'interaction', nameGap: 28, min: -end, max: end, interval: step, axisLabel: {formatter: decimal}}),
          yAxis: axis({type: 'category', inverse: true, data: pairs.map((_, i) => String(i)), axisLine: {show: false}, splitLine: {show: true, lineStyle: {color: colour('rule'), opacity: 0.4}}, axisLabel: {interval: 0, hideOverlap: false, formatter: i => name(pairs[i])}}),
          series: [
            {
              type: 'custom', silent: true, z: 2, encode: {x: [0, 1], y: 2},
              data: pairs.map(({interactionInterval: interval}, at) => [interval?.lower, interval?.upper, at]),
              renderItem: (params, api) => {
                if (!pairs[params.dataIndex].interactionInterval) return null;
                const [x1, y] = api.coord([api.value(0), api.value(2)]);
                const [x2] = api.coord([api.value(1), api.value(2)]);
                return {type: 'line', shape: {x1, y1: y, x2, y2: y}, style: {stroke: ink, lineWidth: 1.6}};
              },
            },
            {
              type: 'scatter', symbolSize: 9, z: 3, itemStyle: {color: ink, opacity: 1},
              data: pairs.map((pair, at) => known(pair.interaction) ? {value: [pair.interaction, at], pair} : null).filter(Boolean),
              markLine: {silent: true, symbol: 'none', label: {show: false}, lineStyle: {color: colour('soft'), type: 'dotted'}, data: [{xAxis: 0}]},
            },
          ],
          tooltip: {
            ...base().tooltip,
            formatter: ({data: {pair}}) => tip(`Heads ${name(pair)}`, `δ of both ${decimal(pair.drop)}`,
              `interaction ${decimal(pair.interaction)} ${range(pair.interactionInterval, decimal)}`,
              `accuracy lost ${percent(pair.accuracyDrop)} ${range(pair.accuracyDropInterval, percent)}, p ${small(pair.p)}`),
          },
        };
      },
    });
  }

  // --- what heads do ----------------------------------------------------------------------------

  /** The layers' rows of a run's ablation, of its first intervention on that checkpoint. */
  const ablatedLayers = (run, checkpoint) =>
    report.ablations.find(item => item.run === run && item.intervention.checkpoint === checkpoint)?.layers || [];
  /** Lines as they are in charts below: {name, variable, dash, width}. */
  const lineKey = lines => el('p', {class: 'key'}, lines.map(({name, variable, dash = [], width = 2.5}) => {
    const line = svg('svg', {class: 'mark', width: 24, height: 10, 'aria-hidden': true},
      svg('line', {x1: 0, y1: 5, x2: 24, y2: 5, 'stroke-width': width, 'stroke-dasharray': dash.join(' ')}));
    line.style.stroke = `var(--${variable})`;
    return el('span', null, line, name);
  }));
  /** Which line is which head's. */
  const headKey = count => lineKey([...Array(count).keys()].map(head => ({name: `head ${head}`, ...headLook(head)})));
  const headLook = head => ({variable: 's' + head % 6, dash: DASHES[Math.floor(head / 6) % DASHES.length]});
  /** A choice of runs, at first of one that has learned. */
  const runChoice = (items, learned) => {
    const options = items.map(item => ({text: item.run, value: item}));
    return {name: 'Run', options, chosen: options.find(({value}) => learned(value)) || options[0]};
  };
  const byLayer = heads => unique(heads.map(({layer}) => layer)).map(layer => heads.filter(head => head.layer === layer));

  function headsAtWork() {
    const parent = section('heads');
    const watched = new Set(report.portraits.map(({run}) => run));
    const blind = report.runs.filter(run => !watched.has(run.id)).map(run => run.id);
    if (blind.length) parent.append(missing(`What heads do is not recorded in ${listed(blind)}; pe ablate adds it to a trained run.`));
    if (!watched.size) return;
    parent.append(el('p', null, 'A top head is the one whose ablation loses most; it is chosen on the validation split, among the heads of its layer.'));
    chooser(parent, {
      ...runChoice(report.portraits, ({run, checkpoint}) => ablatedLayers(run, checkpoint).some(({topHead}) => topHead >= 0)),
      build: (room, portrait) => {
        const layers = ablatedLayers(portrait.run, portrait.checkpoint);
        const topOf = layer => layers.find(row => row.layer === layer)?.topHead ?? -1;
        const heads = portrait.heads.map(head => ({...head, top: head.head === topOf(head.layer)}));
        room.append(el('h3', null, 'Attention by lag'), el('p', {class: 'scale'},
          `Mean weight at each distance from query to key: 1 is the token before. A thick line is a layer’s top head, a dotted one is what looking at all tokens alike would give. ${plural(portrait.examples, 'example')} of the ${portrait.split} split, ${portrait.checkpoint} checkpoint.`));
        const panels = el('div', {class: 'panels'});
        room.append(headKey(Math.max(...heads.map(({head}) => head)) + 1), panels);
        const highest = Math.max(...heads.flatMap(({byLag}) => byLag), ...portrait.uniformByLag);
        byLayer(heads).forEach(each => lagFigure(panels, portrait, each, highest));
        room.append(el('h3', null, 'Attention by token, and how much heads say'));
        const strongest = [...layers].filter(({topHead}) => topHead >= 0).sort((a, b) => b.topDrop - a.topDrop)[0];
        const options = heads.map(head => ({text: `layer ${head.layer}, head ${head.head}${head.top ? ' (top head)' : ''}`, value: head}));
        const most = [...heads].sort((a, b) => b.contribution - a.contribution)[0];
        const first = heads.find(head => strongest && head.layer === strongest.layer && head.top) || most;
        chooser(room, {
          name: 'Head', options, chosen: options.find(({value}) => value === first),
          build: (inner, head) => classFigure(inner, portrait, head, heads),
        });
        sayFigure(room, portrait, heads);
      },
    });
  }

  const nice = value => [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1].find(size => value <= size) || Math.ceil(value);

  function lagFigure(parent, portrait, heads, highest) {
    const {layer} = heads[0];
    const lag = i => portrait.firstLag + i;
    const many = portrait.uniformByLag.length > 40;
    const top = nice(highest);
    figure(parent, {
      name: `attention-by-lag-${layer}`,
      title: `Layer ${layer}`,
      note: heads.some(head => head.top) ? `Top head: ${heads.find(head => head.top).head}.` : 'No top head: nothing is said of what was not ablated or not learned.',
      height: 240,
      data: {
        run: portrait.run, checkpoint: portrait.checkpoint, split: portrait.split, examples: portrait.examples, layer,
        firstLag: portrait.firstLag, uniform: portrait.uniformByLag, pairs: portrait.pairsByLag,
        heads: heads.map(({head, top: isTop, byLag, positional}) => ({head, topHead: isTop, weights: byLag, positional})),
      },
      columns: [
        {name: 'Lag', value: i => minus(String(lag(i)))},
        ...heads.map(({head, byLag}) => ({name: `head ${head}`, kind: 'number', value: i => small(byLag[i])})),
        {name: 'uniform', kind: 'number', value: i => small(portrait.uniformByLag[i])},
        {name: 'pairs', kind: 'number', value: i => integer(portrait.pairsByLag[i])},
      ],
      rows: portrait.uniformByLag.map((_, i) => i),
      option: () => ({
        grid: {left: 28, right: 14, top: 10, bottom: 26, containLabel: true},
        xAxis: axis({
          type: 'value', name: 'lag', nameGap: 26, min: lag(0), max: lag(portrait.uniformByLag.length - 1), minInterval: 1, splitLine: {show: false},
          axisLabel: {formatter: value => minus(String(value)), showMinLabel: false, showMaxLabel: false},
        }),
        yAxis: axis({type: 'value', name: 'mean weight', nameGap: 42, min: 0, max: top, interval: top / 2, axisLabel: {formatter: decimal}}),
        series: [
          {
            type: 'line', silent: true, symbol: 'none', z: 1, lineStyle: {color: colour('soft'), type: 'dotted', width: 1.5},
            data: portrait.uniformByLag.map((value, i) => [lag(i), value]),
          },
          ...heads.map(({head, byLag, top: isTop}) => {
            const {variable, dash} = headLook(head);
            const ink = colour(variable);
            return {
              name: `head ${head}`, type: 'line', symbol: 'circle', symbolSize: many ? 2 : isTop ? 6 : 4, z: isTop ? 4 : 2,
              lineStyle: {color: ink, type: dash, width: isTop ? 3 : 1.2, opacity: isTop ? 1 : 0.75}, itemStyle: {color: ink, opacity: isTop ? 1 : 0.75},
              data: byLag.map((value, i) => [lag(i), value]),
            };
          }),
        ],
        tooltip: {
          ...base().tooltip, trigger: 'axis',
          formatter: shown => {
            const i = shown[0].value[0] - portrait.firstLag;
            const largest = [...heads].sort((a, b) => b.byLag[i] - a.byLag[i]).slice(0, 6);
            return tip(`Lag ${minus(String(lag(i)))}`,
              ...largest.map(({head, byLag, top: isTop}) => `head ${head}${isTop ? ' (top)' : ''}: ${small(byLag[i])}`),
              `uniform: ${small(portrait.uniformByLag[i])}`, `${integer(portrait.pairsByLag[i])} pairs`);
          },
        },
      }),
    });
  }

  /** A head's attention, query's class by key's, beside what looking at all alike would give. */
  function classFigure(parent, portrait, head, heads) {
    const queries = unique(portrait.classes.map(({query}) => query));
    const keys = unique(portrait.classes.map(({key}) => key));
    const reach = Math.max(0.1, ...heads.flatMap(({byClass}) => byClass.map((weight, i) => Math.abs(weight - portrait.classes[i].uniform))));
    const cells = portrait.classes.map((cell, i) => ({...cell, weight: head.byClass[i]}));
    const left = 14 + 7 * Math.max(...queries.map(query => query.length));
    figure(parent, {
      name: 'heads-by-class',
      title: `What layer ${head.layer}, head ${head.head} looks at`,
      note: 'How much of its attention a query of the row’s class gives to all keys of the column’s; below it, what looking at all tokens alike would give. Blue is more than that, orange less.',
      height: 62 + 46 * queries.length,
      data: {run: portrait.run, checkpoint: portrait.checkpoint, split: portrait.split, examples: portrait.examples, layer: head.layer, head: head.head, topHead: head.top, cells},
      columns: [
        {name: 'Query', value: ({query}) => query},
        {name: 'Keys', value: ({key}) => key},
        {name: 'Weight', kind: 'number', value: ({weight}) => percent(weight)},
        {name: 'Uniform', kind: 'number', value: ({uniform}) => percent(uniform)},
        {name: 'Queries', kind: 'number', value: cell => integer(cell.queries)},
      ],
      rows: cells,
      option: pixels => ({
        grid: {left: left + 18, right: 4, top: 4, bottom: 44},
        xAxis: axis({type: 'category', name: 'key', nameGap: 26, data: keys, axisLine: {show: false}, splitLine: {show: false}}),
        yAxis: axis({type: 'category', name: 'query', nameGap: left - 2, inverse: true, data: queries, axisLine: {show: false}, splitLine: {show: false}}),
        series: [{
          type: 'custom',
          data: cells.map(cell => ({value: [keys.indexOf(cell.key), queries.indexOf(cell.query), cell.weight], cell})),
          encode: {x: 0, y: 1},
          renderItem: (params, api) => {
            const [x, y] = api.coord([api.value(0), api.value(1)]);
            const [w, h] = api.size([1, 1]);
            const {weight, uniform} = cells[params.dataIndex];
            const more = (weight - uniform) / reach;
            const fill = mix(colour('none'), colour(more < 0 ? 'gain' : 'loss'), Math.abs(more));
            const text = (content, dy, size) => ({
              type: 'text', silent: true,
              style: {text: content, x, y: y + dy, align: 'center', verticalAlign: 'middle', fontSize: size, fontFamily: base().textStyle.fontFamily, fill: readable(fill)},
            });
            const rect = {type: 'rect', shape: {x: x - w / 2 + 2, y: y - h / 2 + 2, width: w - 4, height: h - 4, r: 2}, style: {fill, stroke: colour('rule'), lineWidth: 0.5}};
            return {type: 'group', children: [rect, text(percent(weight), -7, 13), text(percent(uniform), 9, 11)]};
          },
        }],
        tooltip: {
          ...base().tooltip,
          formatter: ({data: {cell}}) => tip(`${cell.query} looks at ${cell.key}`, `${percent(cell.weight)} of its attention`, `uniform: ${percent(cell.uniform)}`, `${integer(cell.queries)} queries`),
        },
      }),
    });
  }

  /** Size against position: what a head adds, and how much of where it looks is a matter of lag. */
  function sayFigure(parent, portrait, heads) {
    const placed = heads.filter(({positional, contributionShare}) => known(positional) && known(contributionShare));
    const layers = unique(heads.map(({layer}) => layer));
    const top = Math.max(0.2, ...placed.map(({contributionShare}) => contributionShare));
    const step = [0.1, 0.2, 0.5, 1, 2].find(size => top <= 5 * size) || 5;
    const ink = ({layer}) => colour('s' + layers.indexOf(layer) % 6);
    figure(parent, {
      name: 'contributions',
      title: 'How much each head says, and how positional it is',
      note: 'Up: the norm of what a head adds to the attention’s output, as a part of the output’s norm (root mean square over tokens). Right: the part of its attention that lag alone explains. '
        + 'Colour and symbol are the layer’s; filled points with a name (layer.head) are top heads.'
        + (placed.length < heads.length ? ' Heads that look at all tokens alike are in the table only.' : ''),
      height: 320,
      data: {
        run: portrait.run, checkpoint: portrait.checkpoint, split: portrait.split, examples: portrait.examples,
        heads: heads.map(({layer, head, top: isTop, positional, contribution, contributionShare}) => ({layer, head, topHead: isTop, positional, contribution, contributionShare})),
      },
      columns: [
        {name: 'Layer, head', value: ({layer, head}) => `${layer}, ${head}`},
        {name: 'Top head', value: ({top: isTop}) => isTop ? 'yes' : 'no'},
        {name: 'Norm', kind: 'number', value: ({contribution}) => decimal(contribution)},
        {name: 'Part of the output’s', kind: 'number', value: ({contributionShare}) => decimal(contributionShare)},
        {name: 'Positional', kind: 'number', value: ({positional}) => known(positional) ? decimal(positional) : 'uniform'},
      ],
      rows: heads,
      option: () => ({
        grid: {left: 28, right: 24, top: 18, bottom: 28, containLabel: true},
        xAxis: axis({type: 'value', name: 'positional', nameGap: 28, min: 0, max: 1, interval: 0.25, axisLabel: {formatter: decimal}}),
        yAxis: axis({type: 'value', name: 'part of the output’s norm', nameGap: 42, min: 0, max: step * Math.ceil(top / step + 0.2), interval: step, axisLabel: {formatter: decimal}}),
        series: [{
          type: 'scatter', symbolSize: 11, itemStyle: {opacity: 1}, labelLayout: {hideOverlap: true},
          data: placed.map(head => ({
            value: [head.positional, head.contributionShare], head, z: head.top ? 2 : 1,
            symbol: 'path://' + SYMBOLS[layers.indexOf(head.layer) % 6],
            itemStyle: {color: head.top ? ink(head) : colour('panel'), borderColor: ink(head), borderWidth: 1.5},
            label: {show: head.top, formatter: `${head.layer}.${head.head}`, position: head.positional > 0.9 ? 'left' : 'right', color: colour('ink'), fontSize: 12},
          })),
        }],
        tooltip: {
          ...base().tooltip,
          formatter: ({data: {head}}) => tip(
            `Layer ${head.layer}, head ${head.head}${head.top ? ', top head' : ''}`,
            `adds a norm of ${decimal(head.contribution)}, ${decimal(head.contributionShare)} of the output’s`,
            `positional ${decimal(head.positional)}`),
        },
      }),
    });
  }

  // --- formation --------------------------------------------------------------------------------

  const VERDICT_LOOKS = {
    DEPOSIT: {symbol: SYMBOLS[3], variable: 's1', filled: true},
    SPREAD: {symbol: SYMBOLS[1], variable: 's0', filled: true},
    REDUNDANT: {symbol: SYMBOLS[2], variable: 's2', filled: true},
    SILENT: {symbol: SYMBOLS[0], variable: 'soft', filled: true},
    NO_VERDICT: {symbol: SYMBOLS[0], variable: 'soft', filled: false},
    NOT_LEARNED: {symbol: SYMBOLS[1], variable: 'soft', filled: false},
  };
  const verdictKey = verdicts => el('p', {class: 'key'}, verdicts.map(verdict => {
    const {symbol, variable, filled} = VERDICT_LOOKS[verdict];
    const drawn = svg('svg', {class: 'mark', width: 14, height: 14, 'aria-hidden': true}, svg('path', {d: symbol, transform: 'translate(1 1)', 'stroke-width': 1.5}));
    drawn.style.stroke = `var(--${variable})`;
    drawn.style.fill = filled ? `var(--${variable})` : 'none';
    return el('span', null, drawn, verdictName(verdict));
  }));

  function formation() {
    const parent = section('formation');
    const followed = new Set(report.formations.map(({run}) => run));
    const others = report.runs.filter(run => !followed.has(run.id)).map(run => run.id);
    if (others.length) parent.append(missing(`Heads were not ablated during training in ${listed(others)}: ablation.every says how often.`));
    if (!followed.size) return;
    chooser(parent, {
      ...runChoice(report.formations, ({epochs}) => epochs[epochs.length - 1].layers.some(({topHead}) => topHead >= 0)),
      build: (room, {run, epochs}) => {
        room.append(el('p', {class: 'scale'},
          `δ of each head at the end of epochs (${epochs[0].mode} ablation). A thick line is the top head of the last epoch; points are filled where a drop is beyond the null. Marks above are the layer’s verdicts.`));
        const values = epochs.flatMap(({layers}) => layers.flatMap(({heads}) => heads.map(({drop}) => drop))).filter(known);
        if (!values.length) {
          room.append(missing(`Nothing was learned by epoch ${epochs[epochs.length - 1].epoch}, so that no drop is defined.`));
          return;
        }
        const panels = el('div', {class: 'panels'});
        room.append(
          headKey(Math.max(...epochs[0].layers.map(({heads}) => heads.length))),
          verdictKey(unique(epochs.flatMap(({layers}) => layers.map(({verdict}) => verdict)))), panels);
        const extent = {low: Math.min(0, ...values), high: Math.max(0.1, ...values)};
        epochs[0].layers.forEach((_, index) => formationFigure(panels, run, epochs, index, extent));
      },
    });
  }

  function formationFigure(parent, run, epochs, index, {low, high}) {
    const at = epochs.map(({epoch, step, accuracy, layers}) => ({epoch, step, accuracy, ...layers[index]}));
    const {layer, topHead, heads: last} = at[at.length - 1];
    const step = [0.05, 0.1, 0.2, 0.5, 1, 2, 5].find(size => high - low <= 5 * size) || 10;
    const bottom = step * Math.floor(low / step + 1e-9);
    const ceiling = step * Math.ceil(high / step - 1e-9);
    const changes = at.filter(({verdict}, i) => i === 0 || verdict !== at[i - 1].verdict);
    figure(parent, {
      name: `formation-${layer}`,
      title: `Layer ${layer}`,
      note: topHead < 0 ? 'Not learned by the last epoch: no head is the top one.' : `Top head at the end: ${topHead}. ${changes.map(({epoch, verdict}) => `${verdictName(verdict)} from epoch ${epoch}`).join(', ')}.`,
      height: 270,
      data: {run, layer, mode: epochs[0].mode, epochs: at},
      columns: [
        {name: 'Epoch', value: ({epoch}) => String(epoch)},
        {name: 'Step', kind: 'number', value: each => integer(each.step)},
        {name: 'Accuracy', kind: 'number', value: ({accuracy}) => percent(accuracy)},
        {name: 'Verdict', value: ({verdict}) => verdictName(verdict)},
        {name: 'All heads Δ', kind: 'number', value: ({allHeadsDrop}) => decimal(allHeadsDrop)},
        {name: 'Top head', kind: 'number', value: each => each.topHead < 0 ? NONE : String(each.topHead)},
        {name: 'Share', kind: 'number', value: ({share, shareInterval}) => `${decimal(share)} ${range(shareInterval, decimal)}`},
        ...last.map((_, head) => ({name: `δ head ${head}`, kind: 'number', value: ({heads}) => decimal(heads[head].drop) + (heads[head].beyondNull ? ' *' : '')})),
      ],
      rows: at,
      option: () => ({
        grid: {left: 26, right: 16, top: 34, bottom: 26, containLabel: true},
        xAxis: axis({
          type: 'value', name: 'epoch', nameGap: 26, minInterval: 1, splitLine: {show: false},
          min: at[0].epoch - (at.length > 1 ? 0 : 1), max: at[at.length - 1].epoch + (at.length > 1 ? 0 : 1),
        }),
        yAxis: axis({type: 'value', name: 'δ', nameGap: 42, min: bottom, max: ceiling, interval: step, axisLabel: {formatter: decimal}}),
        series: [
          ...last.map((_, head) => {
            const isTop = head === topHead;
            const {variable, dash} = headLook(head);
            const ink = colour(variable);
            return {
              type: 'line', symbol: 'circle', symbolSize: isTop ? 8 : 5, z: isTop ? 4 : 2, connectNulls: false,
              lineStyle: {color: ink, type: dash, width: isTop ? 3 : 1.2, opacity: isTop ? 1 : 0.75},
              data: at.map(each => {
                const {drop, beyondNull} = each.heads[head];
                return {value: [each.epoch, drop], head, each, itemStyle: {color: beyondNull ? ink : colour('panel'), borderColor: ink, borderWidth: 1.5}};
              }),
            };
          }),
          {
            type: 'scatter', symbolSize: 10, symbolOffset: [0, -16], z: 5, itemStyle: {opacity: 1}, clip: false,
            data: at.map(each => {
              const {symbol, variable, filled} = VERDICT_LOOKS[each.verdict];
              return {value: [each.epoch, ceiling], each, symbol: 'path://' + symbol, itemStyle: {color: filled ? colour(variable) : colour('panel'), borderColor: colour(variable), borderWidth: 1.5}};
            }),
          },
        ],
        tooltip: {
          ...base().tooltip,
          formatter: ({data: {head, each}}) => known(head)
            ? tip(`Epoch ${each.epoch}, head ${head}`, `δ ${decimal(each.heads[head].drop)}`, each.heads[head].beyondNull ? 'beyond the null' : 'within the null', `step ${integer(each.step)}, accuracy ${percent(each.accuracy)}`)
            : tip(`Epoch ${each.epoch}: ${verdictName(each.verdict)}`, `all heads Δ ${decimal(each.allHeadsDrop)}`,
              each.topHead >= 0 && `head ${each.topHead}: δ₁ ${decimal(each.topDrop)}, share ${decimal(each.share)} ${range(each.shareInterval, decimal)}`,
              `step ${integer(each.step)}, accuracy ${percent(each.accuracy)}`),
        },
      }),
    });
  }

  // --- spectra ----------------------------------------------------------------------------------

  const digits = (value, count = 3) => known(value) ? minus(String(Number(value.toPrecision(count)))) : NONE;
  /** One, two or five times a power of ten, of which `most` steps reach as far as `extent`. */
  const stepFor = (extent, most) => {
    const power = 10 ** Math.floor(Math.log10(extent / most || 1));
    return [1, 2, 5, 10].map(factor => factor * power).find(size => extent <= most * size * (1 + 1e-9));
  };
  const linearScale = values => {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const step = stepFor(most - least || Math.abs(most) || 1, 5);
    const [min, max] = [step * Math.floor(least / step + 1e-9), step * Math.ceil(most / step - 1e-9)];
    return {min, max: max > min ? max : min + step, interval: step, axisLabel: {formatter: value => digits(value)}};
  };
  /** Charts get ratios' log₂, so that there are ticks between powers of ten; labels say the ratios. */
  const ratioScale = values => {
    const logs = values.map(Math.log2);
    const [least, most] = [Math.min(...logs), Math.max(...logs)];
    const step = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2].find(size => most - least <= 6 * size) || 4;
    const [min, max] = [step * Math.floor(least / step + 1e-9), step * Math.ceil(most / step - 1e-9)];
    return {min, max: max > min ? max : min + step, interval: step, axisLabel: {formatter: log => digits(2 ** log, step < 0.02 ? 4 : 3)}};
  };
  /** Room for an axis’ name beside numbers of three digits. */
  const FRAME = {left: 66, right: 24, top: 14, bottom: 46};
  const dottedAt = data => ({silent: true, symbol: 'none', label: {show: false}, lineStyle: {color: colour('soft'), type: 'dotted'}, data});
  const options = (items, text) => items.map(value => ({text: text(value), value}));

  function spectra() {
    const parent = section('spectra');
    const {random, trained, distributions, runs, correlations, convergence, gradientSeeds, kernels} = report.spectra;
    if (random.length || trained.length) contractions(parent, random, trained);
    if (random.length) randomMeasures(parent, random);
    if (distributions.length) spectrumPanels(parent, distributions);
    if (runs.length) spectraMaps(parent, runs);
    if (correlations.length) correlationFigures(parent, correlations);
    if (convergence) convergenceFigures(parent, convergence);
    if (gradientSeeds.length) gradientFigures(parent, gradientSeeds);
    if (kernels.length) kernelFigures(parent, kernels);
    return parent.children.length > 1;
  }

  const shapeOf = ({shape: {length, headSize, heads}}) => `T = ${length}, K = ${headSize}, H = ${heads}`;
  const headShapes = unique(report.spectra.random.map(shapeOf));
  const headOf = each => each.scheme + (each.head ? `, head ${each.head}` : '') + (headShapes.length > 1 ? `, ${shapeOf(each)}` : '');
  /** 1.005 is not 1, nor 1.01, where 2 % are the margin. */
  const ratioDigits = value => digits(value, 4);
  const byRegime = rows => unique(rows.map(({regime}) => regime)).flatMap(regime => rows.filter(row => row.regime === regime))
    .map(row => ({...row, name: `${row.regime} · ${row.of}`}));

  function contractions(parent, random, trained) {
    const all = [
      ...random.map(each => ({...each, label: each.scheme, of: headOf(each)})),
      ...trained.map(({label, checkpoint, shuffled, runs, spectralNorm, rowCentredNorm}) => (
        {label, of: label, regime: `${shuffled ? 'shuffled' : 'trained'}, ${checkpoint}${runs > 1 ? `, ${runs} seeds` : ''}`, spectralNorm, rowCentredNorm})),
    ];
    const rows = byRegime(all);
    const points = rows.flatMap((row, at) => [
      {row, at, norm: 'spectral norm', filled: true, ...row.spectralNorm},
      {row, at, norm: 'row-centred norm', filled: false, ...row.rowCentredNorm},
    ].map(point => ({...point, value: point.geometricMean, interval: point.meanInterval})));
    const {margin} = points[0];
    figure(parent, {
      name: 'contraction',
      title: 'Norm of logits with positions, by that of the same queries and keys without',
      note: `Geometric mean and its 95 % interval: left of 1, positions contract. Filled: spectral norm; open: that of the row-centred logits, which is what softmax sees. Band: within ${percent(margin)} of 1, which counts as unchanged. `
        + (headShapes.length ? `Random heads have T tokens and head size K, and are of H: ${headShapes.join('; ')}. ` : '')
        + 'Pairs are draws, runs, or, of a single run, examples; in shuffled runs the entries of each weight matrix have changed places.',
      height: 60 + 28 * rows.length,
      data: rows.map(({of, regime, spectralNorm, rowCentredNorm}) => ({of, regime, spectralNorm, rowCentredNorm})),
      columns: [
        {name: 'Logits of', value: ({row}) => row.name},
        {name: 'Norm', kind: 'keep', value: ({norm}) => norm},
        {name: 'Ratio', kind: 'number', value: ({geometricMean}) => ratioDigits(geometricMean)},
        {name: '95 % interval', kind: 'number', value: ({meanInterval}) => range(meanInterval, ratioDigits)},
        {name: 'Smaller in', kind: 'number', value: ({shareBelowOne}) => percent(shareBelowOne)},
        {name: 'Pairs', kind: 'number', value: ({pairs}) => integer(pairs)},
        {name: 'Verdict', kind: 'verdict', value: ({verdict}) => verdictName(verdict)},
      ],
      rows: points,
      option: width => pointsByRow(width, rows, points, {
        name: 'ratio', from: [1],
        marks: {
          markLine: dottedAt([{xAxis: 0}]),
          markArea: {silent: true, itemStyle: {color: colour('soft'), opacity: 0.2}, data: [[{xAxis: Math.log2(1 - margin)}, {xAxis: Math.log2(1 + margin)}]]},
        },
        said: point => [`${point.norm}: ${ratioDigits(point.value)} ${range(point.interval, ratioDigits)}`,
          `smaller in ${percent(point.shareBelowOne)} of ${integer(point.pairs)} pairs`, verdictName(point.verdict)],
      }),
    });
  }

  /** Two points a row, {row, at, filled, value, interval}, on an axis of ratios: the filled one above. */
  const pointsByRow = (width, rows, points, {name, from = [], marks = {}, said}) => {
    const nameWidth = Math.min(330, 0.46 * width);
    const offset = ({filled}) => filled ? -4 : 4;
    return {
      grid: {left: nameWidth + 12, right: 24, top: 8, bottom: 44},
      xAxis: axis({type: 'value', name, nameGap: 26, ...ratioScale([...from, ...points.flatMap(({interval: {lower, upper}}) => [lower, upper])])}),
      yAxis: axis({
        type: 'category', inverse: true, data: rows.map((_, i) => String(i)), splitLine: {show: true, lineStyle: {color: colour('rule'), opacity: 0.4}},
        axisLabel: {interval: 0, hideOverlap: false, formatter: i => elide(rows[i].name, nameWidth / 6.8)},
      }),
      series: [
        {
          type: 'custom', silent: true, z: 2, encode: {x: [0, 1], y: 2},
          data: points.map(({at, interval: {lower, upper}}) => [Math.log2(lower), Math.log2(upper), at]),
          renderItem: (params, api) => {
            const point = points[params.dataIndex];
            const [x1, row] = api.coord([api.value(0), api.value(2)]);
            const [x2] = api.coord([api.value(1), api.value(2)]);
            const y = row + offset(point);
            return {type: 'line', shape: {x1, y1: y, x2, y2: y}, style: {stroke: colour(look(point.row.label).variable), lineWidth: 1.6}};
          },
        },
        {
          type: 'scatter', symbolSize: 8, z: 3, itemStyle: {opacity: 1}, ...marks,
          data: points.map(point => {
            const {variable, symbol} = look(point.row.label);
            return {
              value: [Math.log2(point.value), point.at], point, symbol: 'path://' + symbol, symbolOffset: [0, offset(point)],
              itemStyle: {color: point.filled ? colour(variable) : colour('panel'), borderColor: colour(variable), borderWidth: 1.5},
            };
          }),
        },
      ],
      tooltip: {...base().tooltip, formatter: ({data: {point}}) => tip(point.row.name, ...said(point))},
    };
  };

  const RANDOM_MEASURES = {
    ENTROPY_RANK: 'entropy rank', STABLE_RANK: 'stable rank', SPECTRAL_NORM: 'spectral norm',
    ROW_CENTRED_NORM: 'norm of the row-centred logits', SYMMETRIC_RANGE: 'range of the symmetric part’s eigenvalues',
  };

  function randomMeasures(parent, random) {
    parent.append(
      el('h3', null, 'Spectra of random heads'),
      el('p', {class: 'scale'}, 'Of the singular values as shares of their sum, the entropy rank is the exponential of the entropy; of their squares, the stable rank is the sum by the largest.'));
    chooser(parent, {
      name: 'Measure', options: options(Object.keys(RANDOM_MEASURES), measure => RANDOM_MEASURES[measure]),
      build: (room, measure) => randomMeasure(room, random, measure),
    });
  }

  function randomMeasure(parent, random, measure) {
    const rows = byRegime(random.map(each => ({...each.measures[measure], label: each.scheme, of: headOf(each), regime: each.regime})));
    const part = (values, at) => values[Math.round(at * (values.length - 1))];
    const points = rows.flatMap((row, at) => [[true, row.logits], [false, row.content]].map(([filled, values]) => (
      {row, at, filled, value: part(values, 0.5), interval: {lower: part(values, 1 / 16), upper: part(values, 15 / 16)}})));
    const of = ({filled}) => filled ? 'with positions' : 'without';
    figure(parent, {
      name: 'random-heads',
      title: sentence(RANDOM_MEASURES[measure]),
      note: 'Median of the draws, and where seven eighths of them lie. Filled: with positions; open: the same queries and keys without.',
      height: 60 + 28 * rows.length,
      data: rows.map(({name, logits, content}) => ({of: name, measure, quantiles: {logits, content}})),
      columns: [
        {name: 'Logits of', value: ({row}) => row.name},
        {name: 'Positions', kind: 'keep', value: of},
        {name: 'Median', kind: 'number', value: ({value}) => digits(value)},
        {name: 'Seven eighths', kind: 'number', value: ({interval}) => range(interval, digits)},
      ],
      rows: points,
      option: width => pointsByRow(width, rows, points, {
        name: RANDOM_MEASURES[measure],
        said: point => [`${of(point)}: ${digits(point.value)} ${range(point.interval, digits)}`],
      }),
    });
  }

  /** What is under this part of the largest value is rounding. */
  const LEAST_PART = 1e-9;

  function spectrumPanels(parent, distributions) {
    const lines = [
      {name: 'with positions', variable: 's0', shuffled: false, of: 'logits'},
      {name: 'same queries and keys without', variable: 's1', shuffled: false, of: 'content'},
      {name: 'shuffled weights, with', variable: 's0', dash: [3, 3], width: 1.5, shuffled: true, of: 'logits'},
      {name: 'shuffled weights, without', variable: 's1', dash: [3, 3], width: 1.5, shuffled: true, of: 'content'},
    ];
    const key = ({label, checkpoint}) => JSON.stringify([label, checkpoint]);
    for (const [field, title, said] of [
      ['singularValues', 'Singular values of trained heads', `Those below ${LEAST_PART} of the largest of all runs are left out: without a bias by lag they are rounding, as such logits have no more than the head’s rank.`],
      ['eigenvalues', 'Eigenvalues of the symmetric part', 'Positive ones are directions of tokens that attend to each other, negative ones of those that avoid each other. The scale is that of their square roots.'],
    ]) {
      const logarithmic = field === 'singularValues';
      const values = distributions.flatMap(each => [...each[field].logits, ...each[field].content]);
      const floor = LEAST_PART * Math.max(...values);
      // The root keeps few large ones and many small ones apart, on both sides of 0.
      const scaled = value => !logarithmic ? Math.sign(value) * Math.sqrt(Math.abs(value)) : value > floor ? Math.log10(value) : null;
      const shown = values.map(scaled).filter(known);
      const scale = logarithmic && shown.length
        ? {min: Math.floor(Math.min(...shown)), max: Math.ceil(Math.max(...shown)), interval: 1, axisLabel: {formatter: power => digits(10 ** power)}}
        : {...linearScale(shown), axisLabel: {formatter: root => digits(root * Math.abs(root))}};
      const panels = el('div', {class: 'panels'});
      parent.append(el('h3', null, title), el('p', {class: 'scale'}, `What part of the values, over all heads and runs, lies below each. ${said}`), lineKey(lines), panels);
      unique(distributions.map(key)).forEach((group, index) => {
        const members = distributions.filter(each => key(each) === group);
        const {label, checkpoint, runs, heads} = members[0];
        const drawn = lines.map(line => ({...line, values: members.find(({shuffled}) => shuffled === line.shuffled)?.[field][line.of]})).filter(line => line.values);
        const last = drawn[0].values.length - 1;
        figure(panels, {
          name: `${logarithmic ? 'singular-values' : 'eigenvalues'}-${index + 1}`,
          title: label,
          note: `${sentence(checkpoint)} checkpoint; ${plural(heads, 'head')} of ${plural(runs, 'run')}.`,
          height: 270,
          data: {label, checkpoint, quantiles: field, parts: drawn[0].values.map((_, i) => i / last), distributions: members.map(({shuffled, runs: of, heads: count, [field]: quantiles}) => ({shuffled, runs: of, heads: count, ...quantiles}))},
          columns: [
            {name: 'Part', value: i => percent(i / last)},
            ...drawn.map(({name, values: at}) => ({name, kind: 'number', value: i => digits(at[i])})),
          ],
          rows: drawn[0].values.map((_, i) => i),
          option: () => ({
            grid: FRAME,
            xAxis: accuracyAxis({name: 'part of the values', nameGap: 26, axisLabel: {showMaxLabel: false}}),
            yAxis: axis({type: 'value', name: logarithmic ? 'singular value' : 'eigenvalue', nameGap: 48, ...scale}),
            series: drawn.map(({variable, dash = [], width = 2.5, values: at}) => ({
              type: 'line', symbol: 'none', z: dash.length ? 2 : 3, connectNulls: false,
              lineStyle: {color: colour(variable), type: dash, width}, itemStyle: {color: colour(variable)},
              data: at.map((value, i) => [i / last, scaled(value)]),
            })),
            tooltip: {
              ...base().tooltip, trigger: 'axis',
              formatter: points => {
                const i = points[0].dataIndex;
                return tip(`${percent(i / last)} lie below`, ...drawn.map(({name, values: at}) => `${name}: ${digits(at[i])}`));
              },
            },
          }),
        });
      });
    }
  }

  // --- spectra during training ------------------------------------------------------------------

  const MEASURES = [
    {field: 'ratio', name: 'spectral norm with positions, by that without', isRatio: true},
    {field: 'rowCentredRatio', name: 'row-centred norm with positions, by that without', isRatio: true},
    {field: 'spectralNorm', name: 'spectral norm', isRatio: false},
    {field: 'logitGradient', name: 'gradient at logits', isRatio: false},
  ];

  function spectraMaps(parent, runs) {
    parent.append(el('h3', null, 'Heads during training'));
    chooser(parent, {
      name: 'Run', options: options(runs, ({run}) => run),
      build: (room, {run, steps}) => chooser(room, {
        name: 'Measure', options: options(MEASURES, ({name}) => name),
        build: (inner, measure) => {
          const values = steps.flatMap(({layers}) => layers.flatMap(heads => heads.map(head => head[measure.field]))).filter(value => value > 0);
          if (!values.length) {
            inner.append(missing('Nothing to show: all logits are 0.'));
            return;
          }
          const logs = values.map(Math.log2);
          const reach = measure.isRatio ? Math.max(Math.log2(1.05), ...logs.map(Math.abs)) : Math.max(...logs);
          const least = measure.isRatio ? -reach : Math.min(...logs);
          const panels = el('div', {class: 'panels'});
          inner.append(
            el('p', {class: 'scale'}, digits(2 ** least), el('i', {'aria-hidden': 'true', ...measure.isRatio ? {} : {class: 'rising'}}), digits(2 ** reach),
              el('span', null, measure.isRatio ? 'blue: above 1, positions expand; orange: below 1, they contract' : 'on a logarithmic scale')),
            panels);
          const share = value => measure.isRatio ? Math.log2(value) / reach : reach > least ? (Math.log2(value) - least) / (reach - least) : 1;
          steps[0].layers.forEach((_, layer) => spectraMap(panels, run, steps, layer, measure, share));
        },
      }),
    });
  }

  function spectraMap(parent, run, steps, layer, measure, share) {
    const cells = steps.flatMap(({step, layers}, at) => layers[layer].map((head, number) => ({step, at, head: number, ...head})));
    const count = steps[0].layers[layer].length;
    figure(parent, {
      name: `heads-by-step-${layer}`,
      title: `Layer ${layer}`,
      note: `${sentence(measure.name)}, of each head at each step that was watched.`,
      height: 56 + 28 * count,
      data: {run, layer, steps: steps.map(({step, loss, gradientNorm, layers}) => ({step, loss, gradientNorm, heads: layers[layer]}))},
      columns: [
        {name: 'Step, head', value: ({step, head}) => `${step}, ${head}`},
        ...MEASURES.map(({field, name}) => ({name, kind: 'number', value: cell => digits(cell[field])})),
      ],
      rows: cells,
      option: pixels => ({
        grid: {left: 44, right: 4, top: 4, bottom: 48},
        xAxis: axis({type: 'category', name: 'step', nameGap: 28, data: steps.map(({step}) => String(step)), axisLine: {show: false}, splitLine: {show: false}}),
        yAxis: axis({type: 'category', name: 'head', nameGap: 28, inverse: true, data: [...Array(count).keys()], axisLine: {show: false}, splitLine: {show: false}}),
        series: [{
          type: 'custom',
          data: cells.map(cell => ({value: [cell.at, cell.head], cell})),
          encode: {x: 0, y: 1},
          renderItem: (params, api) => {
            const cell = cells[params.dataIndex];
            const [x, y] = api.coord([cell.at, cell.head]);
            const [w, h] = api.size([1, 1]);
            const value = cell[measure.field];
            const part = value > 0 ? share(value) : 0;
            const fill = value > 0 ? mix(colour('none'), colour(part < 0 ? 'gain' : 'loss'), Math.abs(part)) : colour('rule');
            const gap = Math.min(2, 0.1 * w);
            const rect = {type: 'rect', shape: {x: x - w / 2 + gap / 2, y: y - h / 2 + 1, width: w - gap, height: h - 2, r: gap}, style: {fill, stroke: colour('rule'), lineWidth: gap < 1 ? 0 : 0.5}};
            const text = {
              type: 'text', silent: true,
              style: {text: digits(value), x, y, align: 'center', verticalAlign: 'middle', fontSize: 11, fontFamily: base().textStyle.fontFamily, fill: readable(fill)},
            };
            return {type: 'group', children: (pixels - 48) / steps.length > 44 ? [rect, text] : [rect]};
          },
        }],
        tooltip: {
          ...base().tooltip,
          formatter: ({data: {cell}}) => tip(`Step ${integer(cell.step)}, head ${cell.head}`, ...MEASURES.map(({field, name}) => `${name}: ${digits(cell[field])}`)),
        },
      }),
    });
  }

  const OUTCOMES = {GRADIENT_NORM: 'gradient norm', LOSS_LEFT: 'loss left by the next step', STEPS_TO_HALF: 'steps to half the loss'};

  const onClaim = verdict => verdictName(verdict).toLowerCase() + (verdict === 'NO_VERDICT' ? '' : ' the claim');

  function correlationFigures(parent, correlations) {
    parent.append(
      el('h3', null, 'Does a smaller ratio go with easier training?'),
      el('p', {class: 'scale'}, 'Rank correlation ρ across seeds, at each step by itself. Above 0, seeds whose positions contract more have smaller gradients, less loss left, or fewer steps to half the loss, as is claimed. The verdict is of each seed’s mean rank over the early steps, before half of the seeds have halved their loss, with q, its p adjusted after Benjamini and Hochberg for all correlations of this report.'));
    chooser(parent, {
      name: 'Runs', options: options(unique(correlations.map(({label}) => label)), label => label),
      build: (room, label) => chooser(room, {
        name: 'Ratio', options: options(correlations.filter(each => each.label === label), ({norm, outcome}) => `${norm} norm, against ${OUTCOMES[outcome]}`),
        build: (inner, correlation) => {
          correlationFigure(inner, correlation);
          chooser(inner, {
            name: 'Step', options: options(correlation.steps, ({step}) => integer(step)),
            build: (last, at) => seedScatter(last, correlation, at),
          });
        },
      }),
    });
  }

  function correlationFigure(parent, {label, norm, outcome, steps, overall, adjustedP, verdict}) {
    figure(parent, {
      name: 'correlation-by-step',
      title: `${label}: ratio of ${norm} norms against ${OUTCOMES[outcome]}`,
      note: `ρ over ${plural(overall.pairs, 'seed')}, with its 95 % interval. Over the early steps, filled, ${decimal(overall.rho)} ${range(overall.interval, decimal)}, q ${decimal(adjustedP)}: ${onClaim(verdict)}.`,
      height: 270,
      data: {label, norm, outcome, overall, adjustedP, verdict, steps},
      columns: [
        {name: 'Step', value: ({step}) => integer(step)},
        {name: 'ρ', kind: 'number', value: ({correlation}) => decimal(correlation.rho)},
        {name: '95 % interval', kind: 'number', value: ({correlation}) => range(correlation.interval, decimal)},
        {name: 'Seeds', kind: 'number', value: ({correlation}) => String(correlation.pairs)},
      ],
      rows: steps,
      option: () => ({
        ...byStep(steps.map(({step}) => step)),
        yAxis: axis({type: 'value', name: 'ρ', nameGap: 48, min: -1, max: 1, interval: 0.5, axisLabel: {formatter: decimal}}),
        series: whiskers(steps.map(({step, early, correlation: {rho, interval}}) => ({step, value: rho, interval, filled: early})), colour(look(label).variable), 0),
        tooltip: {
          ...base().tooltip,
          formatter: ({dataIndex}) => tip(`Step ${integer(steps[dataIndex].step)}`, `ρ ${decimal(steps[dataIndex].correlation.rho)} ${range(steps[dataIndex].correlation.interval, decimal)}`),
        },
      }),
    });
  }

  const byStep = steps => ({
    grid: FRAME,
    xAxis: axis({type: 'value', name: 'step', nameGap: 26, minInterval: 1, splitLine: {show: false},
      min: steps[0] - (steps.length > 1 ? 0 : 1), max: steps[steps.length - 1] + (steps.length > 1 ? 0 : 1)}),
  });
  /** A line of points, {step, value, interval, filled}, and a dotted line at what says nothing. */
  const whiskers = (points, ink, nothing) => [
    {
      type: 'line', symbol: 'circle', symbolSize: 8, z: 3, lineStyle: {color: ink, width: 1.5}, itemStyle: {color: ink, opacity: 1},
      data: points.map(({step, value, filled}) => ({value: [step, value], itemStyle: {color: filled ? ink : colour('panel'), borderColor: ink, borderWidth: 1.5}})),
      markLine: dottedAt([{yAxis: nothing}]),
    },
    {
      type: 'custom', silent: true, z: 2, encode: {x: 0, y: [1, 2]},
      data: points.map(({step, interval}) => [step, interval.lower, interval.upper]),
      renderItem: (params, api) => {
        const [x, y1] = api.coord([api.value(0), api.value(1)]);
        const [, y2] = api.coord([api.value(0), api.value(2)]);
        return {type: 'line', shape: {x1: x, y1, x2: x, y2}, style: {stroke: ink, lineWidth: 1.6}};
      },
    },
  ];

  function seedScatter(parent, {label, norm, outcome}, {step, correlation, ratios, outcomes}) {
    const highest = Math.max(...outcomes.filter(known));
    const seeds = ratios.map((ratio, i) => ({ratio, outcome: outcomes[i], never: !known(outcomes[i]), y: known(outcomes[i]) ? outcomes[i] : 1.2 * highest}));
    const said = seed => seed.never ? 'never' : digits(seed.outcome);
    figure(parent, {
      name: 'seeds-at-step',
      title: `Seeds at step ${integer(step)}`,
      note: `A point is a run of ${label}; ρ ${decimal(correlation.rho)} ${range(correlation.interval, decimal)}.` + (seeds.some(({never}) => never) ? ' Open, on top: never.' : ''),
      height: 270,
      data: {label, norm, outcome, step, correlation, seeds: seeds.map(({ratio, outcome: value}) => ({ratio, outcome: value}))},
      columns: [
        {name: 'Ratio', value: ({ratio}) => ratioDigits(ratio)},
        {name: sentence(OUTCOMES[outcome]), kind: 'number', value: said},
      ],
      rows: seeds,
      option: () => {
        const ink = colour(look(label).variable);
        return {
          grid: FRAME,
          xAxis: axis({type: 'value', name: `ratio of ${norm} norms`, nameGap: 26, ...ratioScale(ratios)}),
          yAxis: axis({type: 'value', name: OUTCOMES[outcome], nameGap: 48, ...linearScale(seeds.map(({y}) => y))}),
          series: [{
            type: 'scatter', symbolSize: 10, itemStyle: {opacity: 1}, symbol: 'path://' + look(label).symbol,
            data: seeds.map(seed => ({value: [Math.log2(seed.ratio), seed.y], seed, itemStyle: {color: seed.never ? colour('panel') : ink, borderColor: ink, borderWidth: 1.5}})),
          }],
          tooltip: {...base().tooltip, formatter: ({data: {seed}}) => tip(`Ratio ${ratioDigits(seed.ratio)}`, `${OUTCOMES[outcome]}: ${said(seed)}`)},
        };
      },
    });
  }

  const LEARNING = [
    {field: 'stepsToHalf', outcome: 'STEPS_TO_HALF', name: 'steps to half the loss'},
    {field: 'lossAtEnd', outcome: 'LOSS_AT_END', name: 'loss at the end'},
    {field: 'gradientAtStart', outcome: 'GRADIENT_AT_START', name: 'gradient norm at the start'},
  ];

  function convergenceFigures(parent, {labels: learned, trends}) {
    parent.append(
      el('h3', null, 'Does a smaller norm at the start go with easier training?'),
      el('p', {class: 'scale'}, 'Where logits are scaled and all else is the same, the scale makes the difference: it sets the norm at the start, and how far each update moves the logits. Between schemes much else differs too.'));
    chooser(parent, {
      name: 'Norm against', options: options(LEARNING, ({name}) => name),
      build: (room, measure) => convergenceFigure(room, learned, trends.filter(({outcome}) => outcome === measure.outcome), measure),
    });
  }

  function convergenceFigure(parent, learned, trends, {field, name}) {
    const ends = ({value, interval}) => interval ? [interval.lower, interval.upper] : [value, value];
    const said = ({value, interval}) => `${digits(value)} ${interval ? range(interval, digits) : ''}`;
    figure(parent, {
      name: 'convergence',
      title: `Spectral norm of logits at the start, against ${name}`,
      note: 'Medians over seeds, with intervals of 95 %.'
        + (field === 'stepsToHalf' && learned.some(({neverHalf}) => neverHalf) ? ' Runs that never came to half count with all their steps.' : '')
        + trends.map(({labels: scales, rho, adjustedP, verdict}) =>
          ` Rank correlation across ${scales.length} scales, the median over ${plural(rho.values, 'seed')}: ${decimal(rho.value)}${rho.interval ? ' ' + range(rho.interval, decimal) : ''}, q ${decimal(adjustedP)}: ${onClaim(verdict)}.`).join(''),
      height: 330,
      data: {labels: learned, against: field, trends},
      columns: [
        {name: 'Runs', value: ({label}) => label},
        {name: 'Norm at start', kind: 'number', value: ({normAtStart}) => said(normAtStart)},
        {name: sentence(name), kind: 'number', value: row => said(row[field])},
        {name: 'Never', kind: 'number', value: ({neverHalf, stepsToHalf}) => `${neverHalf} of ${stepsToHalf.values}`},
      ],
      rows: learned,
      legend: learned.map(({label}) => label),
      option: (width, hidden) => {
        const shown = learned.filter(({label}) => !hidden.has(label));
        const line = (from, to) => ({
          type: 'custom', silent: true, z: 2, data: shown.map(row => [...from(row), ...to(row)]), encode: {x: [0, 2], y: [1, 3]},
          renderItem: (params, api) => {
            const [x1, y1] = api.coord([api.value(0), api.value(1)]);
            const [x2, y2] = api.coord([api.value(2), api.value(3)]);
            return {type: 'line', shape: {x1, y1, x2, y2}, style: {stroke: colour(look(shown[params.dataIndex].label).variable), lineWidth: 1.6}};
          },
        });
        const x = ({normAtStart}) => ends(normAtStart).map(Math.log2);
        const y = row => ends(row[field]);
        const middle = row => [Math.log2(row.normAtStart.value), row[field].value];
        return {
          grid: FRAME,
          xAxis: axis({type: 'value', name: 'spectral norm at the start', nameGap: 26, ...ratioScale(learned.flatMap(({normAtStart}) => ends(normAtStart)))}),
          yAxis: axis({type: 'value', name, nameGap: 48, ...linearScale(learned.flatMap(y))}),
          series: [
            line(row => [x(row)[0], middle(row)[1]], row => [x(row)[1], middle(row)[1]]),
            line(row => [middle(row)[0], y(row)[0]], row => [middle(row)[0], y(row)[1]]),
            {
              type: 'scatter', symbolSize: 10, z: 3,
              data: shown.map(row => ({value: middle(row), row, symbol: 'path://' + look(row.label).symbol, itemStyle: {opacity: 1, color: colour(look(row.label).variable)}})),
            },
          ],
          tooltip: {
            ...base().tooltip,
            formatter: ({data: {row}}) => tip(row.label, `norm at the start: ${said(row.normAtStart)}`, `${name}: ${said(row[field])}`),
          },
        };
      },
    });
  }

  const GRADIENTS = {logits: 'logits', W_q: 'query weights', W_k: 'key weights'};

  function gradientFigures(parent, seeds) {
    parent.append(
      el('h3', null, 'Does one head’s gradient lead?'),
      el('p', {class: 'scale'}, 'How far the largest gradient of a layer’s heads is ahead of the next, and whether that head is the one that the ablation finds.'));
    chooser(parent, {
      name: 'Runs', options: options(unique(seeds.map(({label}) => label)), label => label),
      build: (room, label) => chooser(room, {
        name: 'Gradient at', options: options(seeds.filter(each => each.label === label), ({gradient}) => GRADIENTS[gradient]),
        build: (inner, seed) => {
          const panels = el('div', {class: 'panels'});
          if (!seed.foretold.length) inner.append(missing('No layer of these runs is a deposit: there is no head to foretell.'));
          inner.append(lineKey(seed.margins[0].layers.map((_, layer) => ({name: `layer ${layer}`, ...headLook(layer)}))), panels);
          marginFigure(panels, seed);
          if (seed.foretold.length) foretoldFigure(panels, seed);
        },
      }),
    });
  }

  function marginFigure(parent, {label, gradient, runs, margins, towardShallow, towardShallowInterval}) {
    const values = margins.flatMap(({layers}) => layers).filter(known);
    figure(parent, {
      name: 'gradient-margin',
      title: 'Lead of the largest gradient',
      note: `log(g₁/g₂) of each layer’s heads, the mean over ${plural(runs, 'run')} of ${label}.`
        + (known(towardShallow) ? ` It grows by ${decimal(towardShallow)} ${range(towardShallowInterval, decimal)} a layer toward shallow ones.` : ''),
      height: 270,
      data: {label, gradient, runs, towardShallow, towardShallowInterval, margins},
      columns: [
        {name: 'Step', value: ({step}) => integer(step)},
        ...margins[0].layers.map((_, layer) => ({name: `layer ${layer}`, kind: 'number', value: ({layers}) => decimal(layers[layer])})),
      ],
      rows: margins,
      option: () => ({
        ...byStep(margins.map(({step}) => step)),
        yAxis: axis({type: 'value', name: 'log(g₁/g₂)', nameGap: 48, ...linearScale([0, ...values])}),
        series: margins[0].layers.map((_, layer) => {
          const {variable, dash} = headLook(layer);
          return {
            type: 'line', symbol: 'circle', symbolSize: 6, lineStyle: {color: colour(variable), type: dash, width: 2}, itemStyle: {color: colour(variable), opacity: 1},
            data: margins.map(({step, layers}) => [step, layers[layer]]),
          };
        }),
        tooltip: {
          ...base().tooltip, trigger: 'axis',
          formatter: ([{dataIndex}]) => tip(`Step ${integer(margins[dataIndex].step)}`, ...margins[dataIndex].layers.map((margin, layer) => `layer ${layer}: ${decimal(margin)}`)),
        },
      }),
    });
  }

  function foretoldFigure(parent, {label, gradient, foretold}) {
    const {deposits, chance} = foretold[0];
    figure(parent, {
      name: 'gradient-foretells',
      title: 'How often it is the head that carries the layer',
      note: `Of ${plural(deposits, 'layer')} that are a deposit in runs of ${label}, with Wilson’s 95 % interval; dotted: a guess, ${percent(chance)}.`,
      height: 270,
      data: {label, gradient, foretold},
      columns: [
        {name: 'Step', value: ({step}) => integer(step)},
        {name: 'Right', kind: 'number', value: ({hits, deposits: of}) => `${hits} of ${of}`},
        {name: '95 % interval', kind: 'number', value: ({interval}) => range(interval, percent)},
        {name: 'Chance', kind: 'number', value: ({chance: guess}) => percent(guess)},
      ],
      rows: foretold,
      option: () => ({
        ...byStep(foretold.map(({step}) => step)),
        yAxis: accuracyAxis(),
        series: whiskers(foretold.map(({step, hits, deposits: of, interval}) => ({step, value: hits / of, interval, filled: true})), colour(look(label).variable), chance),
        tooltip: {
          ...base().tooltip,
          formatter: ({dataIndex}) => {
            const {step, hits, deposits: of, interval} = foretold[dataIndex];
            return tip(`Step ${integer(step)}`, `${hits} of ${of}: ${percent(hits / of)} ${range(interval, percent)}`);
          },
        },
      }),
    });
  }

  // --- symbols ----------------------------------------------------------------------------------

  function kernelFigures(parent, kernels) {
    parent.append(
      el('h3', null, 'What schemes put into logits by lag, and its symbol'),
      el('p', {class: 'scale'}, 'Of untrained heads. The symbol f(θ) = Σ tᵣ cos rθ is where the eigenvalues of the lags’ matrix lie as it grows, if the sum converges. A scheme that enters with the content alone has none.'));
    chooser(parent, {
      name: 'Scheme', options: options(kernels, ({scheme, head, rotation}) => `${scheme}, head ${head}, ${rotation ? 'rotation' : 'bias'}`),
      build: (room, kernel) => {
        const panels = el('div', {class: 'panels'});
        room.append(panels);
        lagKernel(panels, kernel);
        symbolFigure(panels, kernel);
      },
    });
  }

  function lagKernel(parent, {scheme, head, rotation, byLag}) {
    const lag = i => i - (byLag.length - 1) / 2;
    figure(parent, {
      name: 'kernel-by-lag',
      title: `${scheme}, head ${head}`,
      note: rotation ? 'The mean over pairs of cos θₚr: what alike queries and keys keep of their product.' : 'What is added to the logit at each lag r from key to query.',
      height: 270,
      data: {scheme, head, kind: rotation ? 'rotation' : 'bias', firstLag: lag(0), byLag},
      columns: [
        {name: 'Lag', value: i => minus(String(lag(i)))},
        {name: 'tᵣ', kind: 'number', value: i => digits(byLag[i])},
      ],
      rows: byLag.map((_, i) => i),
      option: () => ({
        grid: FRAME,
        xAxis: axis({type: 'value', name: 'lag', nameGap: 26, min: lag(0), max: lag(byLag.length - 1), minInterval: 1, splitLine: {show: false}, axisLabel: {formatter: value => minus(String(value)), showMinLabel: false, showMaxLabel: false}}),
        yAxis: axis({type: 'value', name: 'tᵣ', nameGap: 48, ...linearScale(byLag)}),
        series: [{type: 'line', symbol: 'none', lineStyle: {color: colour(look(scheme).variable), width: 2}, itemStyle: {color: colour(look(scheme).variable)}, data: byLag.map((value, i) => [lag(i), value])}],
        tooltip: {...base().tooltip, trigger: 'axis', formatter: ([{dataIndex}]) => tip(`Lag ${minus(String(lag(dataIndex)))}`, digits(byLag[dataIndex]))},
      }),
    });
  }

  function symbolFigure(parent, {scheme, head, rotation, byLag, theta, truncated, fejer, limit}) {
    const n = (byLag.length + 1) / 2;
    // Near θ = 0 a symbol that is not summable would leave nothing of the rest to see.
    const away = limit.length ? theta.map((_, i) => i).filter(i => theta[i] >= Math.PI / 10) : theta.map((_, i) => i);
    const scale = linearScale([0, ...away.flatMap(i => limit.length ? [fejer[i], limit[i]] : [fejer[i], truncated[i]])]);
    const line = (values, more) => ({type: 'line', symbol: 'none', data: values.map((value, i) => [theta[i], value]), ...more});
    figure(parent, {
      name: 'symbol',
      title: `Symbol of ${scheme}, head ${head}`,
      note: `Thick: the sum over ${plural(n, 'token')}’ lags with weights 1 − |r|/n (Fejér); thin: without. `
        + (rotation ? 'The symbol of a rotation is no function but a Dirac mass at each ±θₚ: the peaks grow with n.'
          : limit.length ? 'Dotted: m / (1 − cos θ), the generalised symbol of all lags. It tells of the bulk of the eigenvalues, not of the few that grow with n; lines leave the chart near 0.' : ''),
      height: 270,
      data: {scheme, head, kind: rotation ? 'rotation' : 'bias', tokens: n, theta, truncated, fejer, limit},
      columns: [
        {name: 'θ', value: i => decimal(theta[i])},
        {name: 'Sum', kind: 'number', value: i => digits(truncated[i])},
        {name: 'Fejér sum', kind: 'number', value: i => digits(fejer[i])},
        ...limit.length ? [{name: 'All lags', kind: 'number', value: i => digits(limit[i])}] : [],
      ],
      rows: theta.map((_, i) => i),
      option: () => {
        const ink = colour(look(scheme).variable);
        return {
          grid: FRAME,
          xAxis: axis({type: 'value', name: 'θ', nameGap: 26, min: 0, max: Math.PI, interval: Math.PI / 4, splitLine: {show: false}, axisLabel: {formatter: value => ['0', 'π/4', 'π/2', '3π/4', 'π'][Math.round(4 * value / Math.PI)]}}),
          yAxis: axis({type: 'value', name: 'f(θ)', nameGap: 48, ...scale}),
          series: [
            line(truncated, {z: 2, lineStyle: {color: ink, width: 1, opacity: 0.5}, itemStyle: {color: ink}}),
            line(fejer, {z: 3, lineStyle: {color: ink, width: 2.5}, itemStyle: {color: ink}}),
            ...limit.length ? [line(limit, {z: 4, lineStyle: {color: colour('ink'), width: 2, type: 'dotted'}, itemStyle: {color: colour('ink')}})] : [],
          ],
          tooltip: {
            ...base().tooltip, trigger: 'axis',
            formatter: ([{dataIndex: i}]) => tip(`θ ${decimal(theta[i])}`, `sum ${digits(truncated[i])}`, `Fejér sum ${digits(fejer[i])}`, limit.length && `all lags ${digits(limit[i])}`),
          },
        };
      },
    });
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
  const schemesDrawn = unique(report.spectra.random.map(({scheme}) => scheme));
  section('summary').textContent = report.runs.length
    ? `${plural(report.runs.length, 'run')} of ${plural(labels.length, 'configuration')}` + (unfinished ? `, ${unfinished} not finished` : '')
    : `Untrained heads of ${plural(schemesDrawn.length, 'scheme')}, and no run`;

  if (report.runs.length) {
    results();
    learning();
    slices();
    ablation();
    headsAtWork();
    formation();
    provenance();
  } else {
    for (const id of ['guide-runs', 'results', 'learning', 'slices', 'ablation', 'heads', 'formation', 'provenance']) section(id).remove();
  }
  if (!spectra()) for (const id of ['guide-spectra', 'spectra']) section(id).remove();
  drawNew();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => figures.forEach(({draw}) => draw()));
})();
