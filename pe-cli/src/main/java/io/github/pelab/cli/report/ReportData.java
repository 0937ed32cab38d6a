package io.github.pelab.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.pelab.ablation.AblationRow;
import io.github.pelab.ablation.Verdict;
import io.github.pelab.cli.report.LayerDrops.HeadDrop;
import io.github.pelab.cli.report.Series.Line;
import io.github.pelab.cli.report.Series.Point;
import io.github.pelab.cli.spectra.WatchedRun;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunRecord;
import io.github.pelab.train.spectra.SyntheticContraction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every number of a report. Runs whose configs differ in nothing but {@code training.seed} are of
 * one configuration, and share its label.
 *
 * @param confidence of the intervals on accuracies
 * @param configurations test accuracy over the runs of each configuration and checkpoint; empty if
 *     no configuration has several runs
 * @param curves validation accuracy by epoch, by label
 * @param slices test accuracy by slice, a figure for each kind of slice
 * @param ablations for each run that was ablated, each intervention
 * @param drops the heads' drops by layer, for each label and intervention
 * @param verdicts how often each came out, for each label, intervention and layer
 * @param portraits what heads do, for each run that says so
 * @param formations what heads were worth during training, for each run that says so
 * @param spectra of logits, of random heads and of runs
 */
public record ReportData(
    String title,
    double confidence,
    List<Run> runs,
    List<Configuration> configurations,
    List<Series> curves,
    List<SliceFigure> slices,
    List<Ablation> ablations,
    List<LabelDrops> drops,
    List<LayerVerdicts> verdicts,
    List<RunPortrait> portraits,
    List<RunFormation> formations,
    SpectraData spectra) {

  /**
   * A run, without its curves.
   *
   * @param id the label, with the seed behind it where the label alone does not tell runs apart
   * @param label the values of the swept fields other than the seed, for instance {@code rope,
   *     multi-head}; the config's name if there are none
   * @param epochs trained so far
   * @param seconds of training so far; null before the first epoch ends
   * @param results the test split's, by checkpoint; empty before training ends
   */
  public record Run(
      String id,
      String label,
      String name,
      String status,
      long parameters,
      int classes,
      double chance,
      List<RunRecord.Ceiling> ceilings,
      int epochs,
      Double seconds,
      List<Result> results,
      Map<String, String> axes,
      String configHash,
      JsonNode config,
      RunRecord.Provenance provenance) {}

  /** A checkpoint's accuracy on the test split. */
  public record Result(String checkpoint, int epoch, Proportion test) {}

  /**
   * A checkpoint's accuracy on the test split, over the runs of one label.
   *
   * @param runs how many of them are measured
   * @param mean of their accuracies
   * @param low the smallest
   * @param high the largest
   */
  public record Configuration(
      String label, String checkpoint, int runs, double mean, double low, double high) {}

  /**
   * Accuracy by one kind of slice.
   *
   * @param slice what examples are told apart by, for instance {@code gap}
   * @param checkpoint the one that was measured
   */
  public record SliceFigure(String slice, String checkpoint, List<Series> series) {}

  /**
   * One run's heads under one intervention.
   *
   * @param run the run's {@link Run#id()}
   */
  public record Ablation(
      String run,
      AblationRow.Intervention intervention,
      List<AblationRow.Head> heads,
      List<AblationRow.Layer> layers,
      List<AblationRow.Pair> pairs,
      List<AblationRow.Control> controls) {}

  /** The drops of a label's heads under one intervention, layer by layer. */
  public record LabelDrops(
      String label, AblationRow.Intervention intervention, List<LayerDrops> layers) {}

  private record Named(String id, String label, ReportRun files) {}

  /**
   * Derives a report from runs' files. Runs keep their order.
   *
   * @throws IllegalArgumentException if there is no run
   */
  public static ReportData of(List<ReportRun> runs) {
    return of(runs, List.of(), List.of());
  }

  /**
   * As {@link #of(List)}, and of random heads.
   *
   * @param kernels of the schemes of heads and runs
   * @throws IllegalArgumentException if there is neither
   */
  public static ReportData of(
      List<ReportRun> runs, List<SyntheticContraction> synthetic, List<SchemeKernel> kernels) {
    if (runs.isEmpty() && synthetic.isEmpty()) {
      throw new IllegalArgumentException("A report needs at least one run, but none was given");
    }
    List<Named> named = name(runs);
    String title =
        runs.isEmpty()
            ? "Random heads"
            : runs.stream()
                .map(run -> run.run().name())
                .distinct()
                .collect(Collectors.joining(", "));
    List<Run> summaries = named.stream().map(ReportData::summary).toList();
    List<Ablation> ablations = named.stream().flatMap(run -> ablations(run).stream()).toList();
    return new ReportData(
        title,
        Proportion.CONFIDENCE,
        summaries,
        configurations(summaries),
        series(named, run -> curve(run.files())),
        slices(named),
        ablations,
        drops(named, ablations),
        verdicts(named, ablations),
        named.stream()
            .filter(run -> !run.files().heads().isEmpty())
            .map(run -> RunPortrait.of(run.id(), run.files().heads()))
            .toList(),
        named.stream()
            .filter(run -> !run.files().formation().isEmpty())
            .map(run -> new RunFormation(run.id(), run.files().formation()))
            .toList(),
        SpectraData.of(named.stream().map(ReportData::watched).toList(), synthetic, kernels));
  }

  private static WatchedRun watched(Named run) {
    ReportRun files = run.files();
    return new WatchedRun(
        run.id(),
        run.label(),
        files.run().provenance().seed(),
        unscaled(files),
        files.run().status() == RunRecord.Status.FINISHED,
        files.spectra(),
        files.contraction(),
        files.ablation());
  }

  private static List<Named> name(List<ReportRun> runs) {
    Map<JsonNode, String> firstHashes = new HashMap<>();
    runs.forEach(run -> firstHashes.putIfAbsent(withoutSeed(run), run.run().configHash()));
    List<String> labels =
        distinguish(
            runs.stream().map(ReportData::label).toList(),
            runs,
            List.of(
                run -> " · " + run.run().name(),
                // As directories' names end.
                run -> " · " + shortened(firstHashes.get(withoutSeed(run)))));
    List<String> ids =
        distinguish(labels, runs, List.of(run -> " · seed " + run.run().provenance().seed()));
    List<Named> named = new ArrayList<>();
    Map<String, Integer> copies = new HashMap<>();
    for (int i = 0; i < runs.size(); i++) {
      // The same run given twice is still shown twice, as was asked.
      int copy = copies.merge(ids.get(i), 1, Integer::sum);
      String id = copy == 1 ? ids.get(i) : ids.get(i) + " · copy " + copy;
      named.add(new Named(id, labels.get(i), runs.get(i)));
    }
    return named;
  }

  private static String label(ReportRun run) {
    return Sweep.configuration(run.run().axes(), run.run().config(), run.run().name());
  }

  private static JsonNode withoutSeed(ReportRun run) {
    JsonNode config = run.run().config().deepCopy();
    if (config.get("training") instanceof ObjectNode training) {
      training.remove("seed");
    }
    return config;
  }

  private static String unscaled(ReportRun run) {
    JsonNode config = withoutSeed(run);
    if (config.get("model") instanceof ObjectNode model) {
      model.remove("logitScale");
    }
    return config.toString();
  }

  private static String shortened(String hash) {
    return hash.substring(0, Math.min(8, hash.length()));
  }

  /** Adds each distinction to those names that it tells apart. */
  private static List<String> distinguish(
      List<String> names, List<ReportRun> runs, List<Function<ReportRun, String>> distinctions) {
    List<String> distinguished = names;
    for (Function<ReportRun, String> distinction : distinctions) {
      distinguished = distinguish(distinguished, runs, distinction);
    }
    return distinguished;
  }

  private static List<String> distinguish(
      List<String> names, List<ReportRun> runs, Function<ReportRun, String> distinction) {
    Map<String, Set<String>> suffixes = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      suffixes
          .computeIfAbsent(names.get(i), name -> new HashSet<>())
          .add(distinction.apply(runs.get(i)));
    }
    List<String> distinguished = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      boolean tellsApart = suffixes.get(name).size() > 1;
      distinguished.add(tellsApart ? name + distinction.apply(runs.get(i)) : name);
    }
    return distinguished;
  }

  private static Run summary(Named named) {
    RunRecord run = named.files().run();
    List<MetricsRow.Epoch> epochs = epochs(named.files());
    MetricsRow.Epoch last = epochs.isEmpty() ? null : epochs.get(epochs.size() - 1);
    List<Result> results =
        tests(named.files()).values().stream()
            .map(test -> new Result(test.checkpoint(), test.epoch(), counts(test)))
            .toList();
    return new Run(
        named.id(),
        named.label(),
        run.name(),
        run.status().name().toLowerCase(Locale.ROOT),
        run.parameters(),
        run.classes(),
        run.chance(),
        run.ceilings(),
        last == null ? 0 : last.epoch(),
        last == null ? null : last.seconds(),
        results,
        run.axes(),
        run.configHash(),
        run.config(),
        run.provenance());
  }

  private static List<Configuration> configurations(List<Run> runs) {
    record Row(String label, String checkpoint) {}
    Map<Row, DoubleSummaryStatistics> rows = new LinkedHashMap<>();
    for (Run run : runs) {
      for (Result result : run.results()) {
        rows.computeIfAbsent(
                new Row(run.label(), result.checkpoint()), row -> new DoubleSummaryStatistics())
            .accept(result.test().accuracy());
      }
    }
    if (rows.values().stream().noneMatch(row -> row.getCount() > 1)) {
      return List.of();
    }
    return rows.entrySet().stream()
        .map(
            row ->
                new Configuration(
                    row.getKey().label(),
                    row.getKey().checkpoint(),
                    Math.toIntExact(row.getValue().getCount()),
                    row.getValue().getAverage(),
                    row.getValue().getMin(),
                    row.getValue().getMax()))
        .toList();
  }

  private static Proportion counts(MetricsRow.Evaluation evaluation) {
    return Proportion.of(evaluation.correct(), evaluation.total());
  }

  /** The epochs in order; a resumed run may have written one twice, and the later holds. */
  private static List<MetricsRow.Epoch> epochs(ReportRun run) {
    Map<Integer, MetricsRow.Epoch> byEpoch = new TreeMap<>();
    for (MetricsRow row : run.metrics()) {
      if (row instanceof MetricsRow.Epoch epoch) {
        byEpoch.put(epoch.epoch(), epoch);
      }
    }
    return List.copyOf(byEpoch.values());
  }

  /** The test split's evaluations by checkpoint, {@code best} first; the latest of each holds. */
  private static Map<String, MetricsRow.Evaluation> tests(ReportRun run) {
    Map<String, MetricsRow.Evaluation> byCheckpoint = new TreeMap<>();
    for (MetricsRow row : run.metrics()) {
      if (row instanceof MetricsRow.Evaluation test && test.split().equals("test")) {
        byCheckpoint.put(test.checkpoint(), test);
      }
    }
    return byCheckpoint;
  }

  private static List<Series> series(List<Named> runs, Function<Named, List<Point>> points) {
    Map<String, List<Line>> lines = new LinkedHashMap<>();
    for (Named run : runs) {
      List<Point> line = points.apply(run);
      if (!line.isEmpty()) {
        lines
            .computeIfAbsent(run.label(), label -> new ArrayList<>())
            .add(new Line(run.id(), line));
      }
    }
    return lines.entrySet().stream()
        .map(label -> Series.of(label.getKey(), label.getValue()))
        .toList();
  }

  private static List<Point> curve(ReportRun run) {
    return epochs(run).stream()
        .filter(epoch -> Double.isFinite(epoch.validationAccuracy()))
        .map(epoch -> new Point(epoch.epoch(), epoch.validationAccuracy(), null))
        .toList();
  }

  private static List<SliceFigure> slices(List<Named> runs) {
    // Checkpoints are never mixed in one figure.
    Map<String, List<String>> kinds = new TreeMap<>();
    for (Named run : runs) {
      tests(run.files())
          .forEach(
              (checkpoint, test) ->
                  test.slices().stream()
                      .map(MetricsRow.SliceCount::slice)
                      .distinct()
                      .forEach(
                          slice ->
                              kinds
                                  .computeIfAbsent(slice, s -> new ArrayList<>())
                                  .add(checkpoint)));
    }
    return kinds.entrySet().stream()
        .flatMap(
            kind ->
                kind.getValue().stream()
                    .distinct()
                    .sorted()
                    .map(
                        checkpoint ->
                            new SliceFigure(
                                kind.getKey(),
                                checkpoint,
                                series(
                                    runs, run -> slice(run.files(), kind.getKey(), checkpoint)))))
        .toList();
  }

  private static List<Point> slice(ReportRun run, String slice, String checkpoint) {
    MetricsRow.Evaluation test = tests(run).get(checkpoint);
    if (test == null) {
      return List.of();
    }
    return test.slices().stream()
        .filter(count -> count.slice().equals(slice) && count.total() > 0)
        .sorted(Comparator.comparingInt(MetricsRow.SliceCount::value))
        .map(
            count -> {
              Proportion counts = Proportion.of(count.correct(), count.total());
              return new Point(count.value(), counts.accuracy(), counts);
            })
        .toList();
  }

  private static List<Ablation> ablations(Named run) {
    Map<AblationRow.Intervention, Map<List<Integer>, AblationRow.Head>> heads =
        new LinkedHashMap<>();
    Map<AblationRow.Intervention, Map<Integer, AblationRow.Layer>> layers = new LinkedHashMap<>();
    for (AblationRow row : run.files().ablation()) {
      if (row instanceof AblationRow.Head head) {
        heads
            .computeIfAbsent(head.intervention(), i -> new LinkedHashMap<>())
            .put(List.of(head.layer(), head.head()), head);
      } else if (row instanceof AblationRow.Layer layer) {
        layers
            .computeIfAbsent(layer.intervention(), i -> new TreeMap<>())
            .put(layer.layer(), layer);
      }
    }
    Comparator<AblationRow.Head> byPlace =
        Comparator.comparingInt(AblationRow.Head::layer).thenComparingInt(AblationRow.Head::head);
    return Stream.concat(heads.keySet().stream(), layers.keySet().stream())
        .distinct()
        .map(
            intervention ->
                new Ablation(
                    run.id(),
                    intervention,
                    heads.getOrDefault(intervention, Map.of()).values().stream()
                        .sorted(byPlace)
                        .toList(),
                    List.copyOf(layers.getOrDefault(intervention, Map.of()).values()),
                    rows(run, intervention, AblationRow.Pair.class),
                    rows(run, intervention, AblationRow.Control.class)))
        .toList();
  }

  private static <R extends AblationRow> List<R> rows(
      Named run, AblationRow.Intervention intervention, Class<R> kind) {
    return run.files().ablation().stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .filter(row -> row.intervention().equals(intervention))
        .toList();
  }

  private static List<LabelDrops> drops(List<Named> runs, List<Ablation> ablations) {
    record Panel(String label, AblationRow.Intervention intervention) {}
    Map<String, String> labels = runs.stream().collect(Collectors.toMap(Named::id, Named::label));
    Map<Panel, Map<Integer, List<HeadDrop>>> panels = new LinkedHashMap<>();
    for (Ablation ablation : ablations) {
      for (AblationRow.Head head : ablation.heads()) {
        if (head.drop() != null && Double.isFinite(head.drop())) {
          panels
              .computeIfAbsent(
                  new Panel(labels.get(ablation.run()), ablation.intervention()),
                  panel -> new TreeMap<>())
              .computeIfAbsent(head.layer(), layer -> new ArrayList<>())
              .add(new HeadDrop(ablation.run(), head.head(), head.drop(), head.beyondNull()));
        }
      }
    }
    return panels.entrySet().stream()
        .map(
            panel ->
                new LabelDrops(
                    panel.getKey().label(),
                    panel.getKey().intervention(),
                    panel.getValue().entrySet().stream()
                        .map(layer -> LayerDrops.of(layer.getKey(), layer.getValue()))
                        .toList()))
        .toList();
  }

  private static List<LayerVerdicts> verdicts(List<Named> runs, List<Ablation> ablations) {
    record Place(String label, AblationRow.Intervention intervention, int layer) {}
    Map<String, String> labels = runs.stream().collect(Collectors.toMap(Named::id, Named::label));
    Map<Place, List<Verdict>> places = new LinkedHashMap<>();
    for (Ablation ablation : ablations) {
      for (AblationRow.Layer layer : ablation.layers()) {
        places
            .computeIfAbsent(
                new Place(labels.get(ablation.run()), ablation.intervention(), layer.layer()),
                place -> new ArrayList<>())
            .add(layer.verdict());
      }
    }
    return places.entrySet().stream()
        .map(
            place ->
                LayerVerdicts.of(
                    place.getKey().label(),
                    place.getKey().intervention(),
                    place.getKey().layer(),
                    place.getValue()))
        .toList();
  }
}
