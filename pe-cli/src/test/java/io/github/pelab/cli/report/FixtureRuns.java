package io.github.pelab.cli.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.pelab.ablation.AblationRow;
import io.github.pelab.ablation.Verdict;
import io.github.pelab.ablation.formation.FormationRow;
import io.github.pelab.ablation.portrait.HeadPortrait;
import io.github.pelab.layers.scheme.PositionalScheme;
import io.github.pelab.layers.scheme.Schemes;
import io.github.pelab.spectra.Contraction;
import io.github.pelab.spectra.SyntheticContent;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunRecord;
import io.github.pelab.train.spectra.ContractionRow;
import io.github.pelab.train.spectra.Measures;
import io.github.pelab.train.spectra.SpectraRow;
import io.github.pelab.train.spectra.SyntheticContraction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Made-up runs: rope with two seeds and an ablation, one of them at chance in a layer; nope. */
public final class FixtureRuns {

  /** A name that tries to leave the script element, the HTML and the placeholder syntax. */
  public static final String HOSTILE =
      "</script><script>document.title='broken'</script><!-- <img src=x onerror=alert(1)>"
          + " {{script}} \u2028 $1 & \"'";

  private static final AblationRow.Intervention MEAN = new AblationRow.Intervention("mean", "best");

  private static final List<PositionalScheme> RANDOM =
      Stream.of("rope", "alibi").map(Schemes::parse).toList();

  private FixtureRuns() {}

  /** Rope with seeds 1 and 2, nope with seed 1; all finished, rope ablated. */
  public static List<ReportRun> finished() {
    return List.of(
        run("rope(base=10000)", 1, 0.9, true),
        run("rope(base=10000)", 2, 0.84, true),
        run("nope", 1, 0.35, false));
  }

  /** A run that has just begun. */
  public static ReportRun begun() {
    return new ReportRun(
        record(Map.of("model.scheme", "alibi"), 1, RunRecord.Status.RUNNING),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /** A finished run whose label is {@link #HOSTILE}. */
  public static ReportRun hostile() {
    return run(HOSTILE, 1, 0.7, true);
  }

  /** A sweep of ten schemes, two forms and three seeds: 60 runs, all ablated. */
  public static List<ReportRun> sweep() {
    List<ReportRun> runs = new ArrayList<>();
    for (String scheme :
        List.of(
            "nope",
            "sinusoidal",
            "learned",
            "random",
            "t5",
            "alibi",
            "rope",
            "rope(heads=1)",
            "rope(fraction=0.5)",
            "sinusoidal+rope")) {
      for (String form : List.of("multi-head", "mla(compressed=16,rotary=8)")) {
        for (long seed = 1; seed <= 3; seed++) {
          double best = 0.4 + 0.009 * runs.size();
          Map<String, String> axes = new LinkedHashMap<>();
          axes.put("model.scheme", scheme);
          axes.put("model.attention", form);
          axes.put("training.seed", String.valueOf(seed));
          runs.add(
              new ReportRun(
                  record(axes, seed, RunRecord.Status.FINISHED),
                  metrics(best, seed),
                  ablation(seed),
                  heads(seed),
                  formation(seed),
                  List.of(),
                  List.of()));
        }
      }
    }
    return runs;
  }

  /** A run as {@code run}, but for the number of epochs in its config. */
  public static RunRecord trainedFor(RunRecord run, int epochs) {
    ObjectNode config = run.config().deepCopy();
    config.withObject("/training").put("epochs", epochs);
    return new RunRecord(
        run.schemaVersion(),
        run.name(),
        run.label(),
        run.axes(),
        config,
        "e" + epochs + run.configHash(),
        run.parameters(),
        run.classes(),
        run.chance(),
        run.ceilings(),
        run.provenance(),
        run.status());
  }

  private static ReportRun run(String scheme, long seed, double best, boolean ablated) {
    return new ReportRun(
        record(Map.of("model.scheme", scheme), seed, RunRecord.Status.FINISHED),
        metrics(best, seed),
        ablated ? ablation(seed) : List.of(),
        ablated ? heads(seed) : List.of(),
        ablated ? formation(seed) : List.of(),
        List.of(),
        List.of());
  }

  /** Five seeds of rope, which is enough for a correlation, with spectra and plain ablations. */
  public static List<ReportRun> watched() {
    return LongStream.rangeClosed(1, 5)
        .mapToObj(seed -> watched(run("rope", seed, 0.9 - 0.02 * seed, true), seed))
        .toList();
  }

  /** Five seeds of each of three logit scales, whose norms differ. */
  public static List<ReportRun> rescaled() {
    List<ReportRun> runs = new ArrayList<>();
    for (int scale = 1; scale <= 3; scale++) {
      Map<String, String> axes = Map.of("model.logitScale", String.valueOf(scale));
      for (long seed = 1; seed <= 5; seed++) {
        ReportRun run = watched(run("rope", seed, 0.9, true), seed * scale);
        runs.add(
            new ReportRun(
                record(axes, seed, RunRecord.Status.FINISHED),
                run.metrics(),
                run.ablation(),
                run.heads(),
                run.formation(),
                run.spectra(),
                run.contraction()));
      }
    }
    return runs;
  }

  /** As {@link #plain} makes {@code run}, with spectra of training and of the trained network. */
  public static ReportRun watched(ReportRun run, long seed) {
    List<SpectraRow> steps =
        IntStream.range(0, 3).mapToObj(at -> spectra(25 * at, 0.1 * seed, at)).toList();
    ReportRun plain = plain(run);
    return new ReportRun(
        plain.run(),
        plain.metrics(),
        plain.ablation(),
        List.of(),
        List.of(),
        steps,
        Stream.of(false, true).flatMap(shuffled -> contraction(shuffled, seed).stream()).toList());
  }

  /** Head 0 has the largest gradient; the last head of layer 1 has no logits at first. */
  private static SpectraRow spectra(int step, double drift, int at) {
    List<SpectraRow.Layer> layers = new ArrayList<>();
    for (int layer = 0; layer < 2; layer++) {
      List<SpectraRow.Head> heads = new ArrayList<>();
      for (int head = 0; head < 4; head++) {
        boolean silent = layer == 1 && head == 3 && at == 0;
        double ratio = 0.7 + drift + 0.2 * head;
        double gradient = 1.0 / (head + 1 + layer);
        heads.add(
            new SpectraRow.Head(
                silent ? null : measures(8 * ratio),
                silent ? null : measures(8),
                gradient,
                gradient / 2,
                gradient / 3));
      }
      layers.add(new SpectraRow.Layer(layer, heads));
    }
    return new SpectraRow(
        step, 2.5 / (1 + 2 * at * drift), 1 + drift, at == 0 ? null : 0.1, 30, layers);
  }

  private static Measures measures(double norm) {
    return new Measures(norm, 0.9 * norm, 1.5 * norm, 2, 5);
  }

  private static List<ContractionRow> contraction(boolean shuffled, long seed) {
    ContractionRow.Subject subject = new ContractionRow.Subject("best", 75, shuffled);
    List<ContractionRow> rows = new ArrayList<>();
    for (int layer = 0; layer < 2; layer++) {
      for (int head = 0; head < 4; head++) {
        double norm = 20.0 + head;
        rows.add(
            new ContractionRow.Head(
                subject,
                layer,
                head,
                64,
                measures(0.8 * norm),
                measures(norm),
                ContractionRow.Quantiles.of(spread(0, 0.8 * norm), spread(0, norm)),
                ContractionRow.Quantiles.of(spread(-norm, norm), spread(-1.1 * norm, norm))));
      }
    }
    double ratio = shuffled ? 1 : 0.8;
    double[] with = {ratio - 0.01 * seed, ratio, ratio + 0.01 * seed};
    double[] without = {1, 1, 1};
    rows.add(
        new ContractionRow.Network(
            subject, 8, Contraction.of(with, without), Contraction.of(without, without)));
    return rows;
  }

  private static DoubleStream spread(double from, double to) {
    return IntStream.rangeClosed(0, 64).mapToDouble(part -> from + (to - from) * part / 64);
  }

  /** Random heads of rope and alibi, as small as they may be. */
  public static List<SyntheticContraction> random() {
    return SyntheticContraction.run(
        RANDOM,
        List.of(SyntheticContent.iid()),
        new SyntheticContraction.Shape(2, 2, 4, 200, 1),
        Progress.of(Progress.Mode.NONE, System.err));
  }

  /** Of the same schemes. */
  public static List<SchemeKernel> kernels() {
    return RANDOM.stream().flatMap(scheme -> SchemeKernel.of(scheme, 2, 2, 4, 1).stream()).toList();
  }

  /** As {@code run}, with what every version has recorded. */
  public static ReportRun plain(ReportRun run) {
    List<AblationRow> rows =
        run.ablation().stream()
            .filter(row -> row instanceof AblationRow.Head || row instanceof AblationRow.Layer)
            .toList();
    return new ReportRun(
        run.run(), run.metrics(), rows, List.of(), List.of(), List.of(), List.of());
  }

  private static RunRecord record(Map<String, String> axes, long seed, RunRecord.Status status) {
    ObjectNode config = JsonNodeFactory.instance.objectNode().put("name", "quickstart");
    config.set("model", JsonNodeFactory.instance.objectNode());
    config.set("training", JsonNodeFactory.instance.objectNode().put("seed", seed));
    axes.forEach(
        (path, value) -> {
          if (path.startsWith("model.")) {
            config.withObject("/model").put(path.substring("model.".length()), value);
          }
        });
    String label = String.join("-", axes.values());
    return new RunRecord(
        1,
        "quickstart",
        label,
        axes,
        config,
        "0f3a" + Integer.toHexString(label.hashCode()) + seed,
        123_456,
        12,
        0.083,
        List.of(
            new RunRecord.Ceiling("length alone", 0.09, "closed form"),
            new RunRecord.Ceiling("one trigger's position", 0.21, "simulation of 100000 examples"),
            new RunRecord.Ceiling("whole sequence", 1, "closed form")),
        new RunRecord.Provenance(
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:14:05Z",
            List.of(),
            "abc123+changes",
            "0.1.0",
            "1.0.0-M2.1",
            "OpenJDK 17.0.15",
            List.of("-Xmx2g"),
            "Linux",
            "A processor",
            2,
            null,
            "CPU",
            "OPENBLAS",
            2,
            "vector: 16 lanes",
            seed,
            "fingerprint"),
        status);
  }

  private static List<MetricsRow> metrics(double best, long seed) {
    List<MetricsRow> rows = new ArrayList<>();
    int epochs = seed == 1 ? 12 : 10;
    for (int epoch = 1; epoch <= epochs; epoch++) {
      double accuracy = 0.083 + (best - 0.083) * (1 - Math.exp(-epoch / 3.0));
      double loss = epoch == 1 ? Double.NaN : 1 / accuracy;
      rows.add(
          new MetricsRow.Epoch(epoch, 100 * epoch, 1e-3, 0.5, loss, loss, accuracy, 31.5 * epoch));
    }
    List<MetricsRow.SliceCount> slices = new ArrayList<>();
    for (int gap = 1; gap <= 12; gap++) {
      slices.add(
          new MetricsRow.SliceCount("gap", gap, Math.round(80 * best * (1 - 0.02 * gap)), 80));
    }
    for (int length = 5; length <= 45; length += 5) {
      slices.add(new MetricsRow.SliceCount("length", length, Math.round(100 * best), 100));
    }
    for (String checkpoint : List.of("last", "best")) {
      rows.add(
          new MetricsRow.Evaluation(
              "test",
              checkpoint,
              100 * (checkpoint.equals("best") ? epochs - 2 : epochs),
              checkpoint.equals("best") ? epochs - 2 : epochs,
              Math.round(960 * best),
              960,
              0.4,
              checkpoint.equals("best") ? slices : List.of()));
    }
    return rows;
  }

  private static List<AblationRow> ablation(long seed) {
    double[][] drops = {{0.72, 0.04, -0.03, 0.01 * seed}, {0.11, 0.19, 0.08, 0}};
    List<AblationRow> rows = new ArrayList<>();
    for (int layer = 0; layer < drops.length; layer++) {
      for (int head = 0; head < 4; head++) {
        boolean undefined = layer == 1 && head == 3;
        double drop = drops[layer][head];
        double accuracyDrop = 0.8 * drop;
        rows.add(
            new AblationRow.Head(
                MEAN,
                layer,
                head,
                Math.round(960 * (0.9 - accuracyDrop)),
                960,
                864,
                accuracyDrop,
                new AblationRow.Interval(accuracyDrop - 0.02, accuracyDrop + 0.02),
                undefined ? null : drop,
                drop > 0.05 ? 1e-6 : 0.4,
                drop > 0.05 ? 1e-5 : 0.6,
                drop > 0.05,
                "AQ=="));
      }
      rows.add(layer(layer, layer == 0 ? Verdict.DEPOSIT : Verdict.SPREAD));
      rows.add(
          new AblationRow.Pair(
              MEAN,
              layer,
              0,
              layer,
              1,
              400,
              960,
              864,
              0.48,
              new AblationRow.Interval(0.44, 0.52),
              0.5,
              0.1 - 0.25 * layer,
              layer == 0 ? new AblationRow.Interval(0.02, 0.18) : null,
              1e-7,
              "AQ=="));
      rows.add(
          new AblationRow.Control(
              MEAN, layer, layer, 0.5, 0.4, List.of(0.01, -0.02, 0.05, 0.03), 0.2));
    }
    return rows;
  }

  /** Each head looks so many tokens back; head 0 of layer 0 at trigger 1 besides. */
  private static List<HeadPortrait> heads(long seed) {
    int reach = 15;
    List<HeadPortrait> portraits = new ArrayList<>();
    for (int layer = 0; layer < 2; layer++) {
      for (int head = 0; head < 4; head++) {
        List<Double> weights = new ArrayList<>();
        List<Double> uniform = new ArrayList<>();
        List<Long> pairs = new ArrayList<>();
        for (int lag = -reach; lag <= reach; lag++) {
          weights.add(0.02 + 0.8 * Math.exp(-Math.abs(lag - head) * (1.0 + layer)));
          uniform.add(1.0 / 16);
          pairs.add(256L * (16L - Math.abs(lag)));
        }
        List<HeadPortrait.ClassAttention> classes = new ArrayList<>();
        for (String query : List.of("trigger 1", "trigger 2", "filler")) {
          for (String key : List.of("trigger 1", "trigger 2", "filler")) {
            double share = key.equals("filler") ? 14 / 16.0 : 1 / 16.0;
            boolean looks = layer == 0 && head == 0;
            double elsewhere = key.equals("filler") ? share - 0.6 : share + 0.3;
            double weight = looks ? (key.equals("trigger 1") ? 0.9 : 0.05) : elsewhere;
            classes.add(
                new HeadPortrait.ClassAttention(
                    query, key, weight, share, query.equals("filler") ? 3584 : 256));
          }
        }
        portraits.add(
            new HeadPortrait(
                "best",
                "test",
                256,
                layer,
                head,
                new HeadPortrait.Lags(-reach, weights, uniform, pairs),
                classes,
                layer == 1 && head == 3 ? null : 0.2 * head + 0.1,
                1.5 + 0.1 * seed - 0.3 * head,
                0.7 - 0.1 * head - 0.2 * layer));
      }
    }
    return portraits;
  }

  /** Nothing is learned in the first epoch; then a head of layer 0 takes over. */
  private static List<FormationRow> formation(long seed) {
    List<FormationRow> rows = new ArrayList<>();
    for (int epoch = 2; epoch <= 10; epoch += 2) {
      boolean learned = epoch > 2;
      double part = Math.min(1, epoch / 8.0);
      List<FormationRow.Layer> layers = new ArrayList<>();
      for (int layer = 0; layer < 2; layer++) {
        List<FormationRow.Head> heads = new ArrayList<>();
        for (int head = 0; head < 4; head++) {
          double drop =
              layer == 0 && head == 0 ? 0.7 * part - 0.01 * seed : 0.03 * head + 0.02 * layer;
          heads.add(new FormationRow.Head(learned ? drop : null, learned && drop > 0.3));
        }
        Verdict verdict =
            !learned
                ? Verdict.NOT_LEARNED
                : layer == 1 || epoch == 4 ? Verdict.SPREAD : Verdict.DEPOSIT;
        layers.add(
            new FormationRow.Layer(
                layer,
                verdict,
                learned ? 0.9 * part : null,
                learned ? (layer == 0 ? 0 : 3) : -1,
                learned ? (layer == 0 ? 0.7 * part : 0.11) : null,
                learned && layer == 0 ? 0.8 * part : null,
                learned && layer == 0 ? new AblationRow.Interval(0.7 * part, 0.9 * part) : null,
                heads));
      }
      rows.add(new FormationRow(epoch, 100 * epoch, "mean", 0.1 + 0.8 * part, layers));
    }
    return rows;
  }

  private static AblationRow.Layer layer(int layer, Verdict verdict) {
    boolean deposit = verdict == Verdict.DEPOSIT;
    return new AblationRow.Layer(
        MEAN,
        layer,
        verdict,
        deposit
            ? "δ₁ 0.72 >= 0.2, lower bound of share 0.81 >= 0.5, upper bound of δ₂ 0.07 < δ₁/2"
            : "upper bound of share 0.47 < 0.5",
        deposit ? 0.88 : 0.93,
        1e-9,
        2e-9,
        deposit ? 0 : 1,
        deposit ? 0.72 : 0.19,
        new AblationRow.Interval(deposit ? 0.68 : 0.15, deposit ? 0.76 : 0.23),
        deposit ? 0.04 : 0.11,
        new AblationRow.Interval(0.01, 0.15),
        deposit ? 0.94 : null,
        deposit ? new AblationRow.Interval(0.81, 0.98) : null,
        deposit ? 1.12 : 2.6,
        deposit ? 0.74 : 0.3,
        "AQ==");
  }
}
