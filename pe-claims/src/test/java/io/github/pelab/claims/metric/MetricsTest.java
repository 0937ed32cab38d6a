package io.github.pelab.claims.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.pelab.ablation.AblationRow;
import io.github.pelab.ablation.Verdict;
import io.github.pelab.spectra.Contraction;
import io.github.pelab.tasks.Split;
import io.github.pelab.train.config.AblationConfig;
import io.github.pelab.train.config.AblationConfig.Mode;
import io.github.pelab.train.run.EvaluationRow;
import io.github.pelab.train.run.Kept;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunRecord;
import io.github.pelab.train.spectra.ContractionRow;
import io.github.pelab.train.spectra.Measures;
import io.github.pelab.train.spectra.SpectraRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsTest {
  private final List<MetricsRow> metrics = new ArrayList<>();
  private final List<AblationRow> ablation = new ArrayList<>();
  private final List<EvaluationRow> evaluations = new ArrayList<>();
  private final List<SpectraRow> spectra = new ArrayList<>();
  private final List<ContractionRow> contraction = new ArrayList<>();

  /** Of 1,000 examples an epoch, with a ceiling of 0.8. */
  private OptionalDouble value(String expression) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.withObject("/data").put("train", 1000).put("test", 100);
    config.withObject("/task").setAll(task(8));
    config.withObject("/model").put("attention", "multi-head");
    RunRecord run =
        new RunRecord(
            RunRecord.SCHEMA_VERSION,
            "made",
            "rope",
            Map.of(),
            config,
            "0f3a",
            1000,
            8,
            0.125,
            List.of(
                new RunRecord.Ceiling("length", 0.2, "closed form"),
                new RunRecord.Ceiling("whole sequence", 0.8, "closed form")),
            null,
            RunRecord.Status.FINISHED);
    return Metrics.parse(expression)
        .of(new RunRows(run, metrics, ablation, evaluations, spectra, contraction));
  }

  private static MetricsRow.Epoch epoch(int epoch, double accuracy) {
    return new MetricsRow.Epoch(epoch, 10 * epoch, 0.001, 1, 1, 1, accuracy, epoch);
  }

  private static MetricsRow.Evaluation result(String split, String checkpoint, long correct) {
    return new MetricsRow.Evaluation(split, checkpoint, 10, 1, correct, 100, 1, List.of());
  }

  private static ObjectNode task(int length) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", "distance")
        .put("minLength", length)
        .put("maxLength", length);
  }

  private static EvaluationRow evaluation(Integer length, MetricsRow.Evaluation result) {
    return new EvaluationRow(
        "2026-01-01T00:00:00Z",
        task(length == null ? 8 : length),
        length,
        "multi-head",
        0.125,
        List.of(),
        result);
  }

  /** Of which the top head loses two thirds of its share. */
  private static AblationRow.Layer layer(String mode, int layer, Verdict verdict, Double share) {
    return new AblationRow.Layer(
        new AblationRow.Intervention(mode, "last"),
        layer,
        verdict,
        "made",
        null,
        0,
        0,
        0,
        share == null ? null : Double.valueOf(share / 1.5),
        null,
        null,
        null,
        share,
        null,
        null,
        null,
        "");
  }

  @ParameterizedTest
  @CsvSource({
    "accuracy,accuracy",
    "'accuracy(split=test,length=0)',accuracy",
    "'accuracy(length=32,checkpoint=best)','accuracy(checkpoint=best,length=32)'",
    "'deposit(mode=as-released,layer=2)','deposit(mode=as-released,layer=2)'",
    "'contraction(norm=row-centred)','contraction(norm=row-centred)'",
    "'examples-to(fraction=0.5)','examples-to(fraction=0.5)'",
    "steps-to-half,steps-to-half",
    "loss-rises,loss-rises",
    "'top-share(layer=1)','top-share(layer=1)'",
    "'top-drop(checkpoint=best,layer=-1)','top-drop(checkpoint=best)'",
    "'mean-drop(fault=last-head-stays,mode=zero)','mean-drop(mode=zero,fault=last-head-stays)'",
  })
  void anExpressionIsWrittenInOneWay(String expression, String text) {
    assertThat(Metrics.parse(expression)).hasToString(text);
    assertThat(Metrics.parse(text)).isEqualTo(Metrics.parse(expression));
  }

  @Test
  void aNumberIsInTheUnitOfItsMetric() {
    assertThat(Metrics.parse("accuracy(length=32)").unit()).isEqualTo(Unit.PERCENT);
    assertThat(Metrics.parse("examples-to").unit()).isEqualTo(Unit.EXAMPLES);
    assertThat(Metrics.parse("contraction").unit()).isEqualTo(Unit.NUMBER);
  }

  @Test
  void whatIsUnknownIsSaidWithWhatIsKnown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.parse("acuracy"))
        .withMessageContaining(
            "unknown metric 'acuracy'; known are accuracy, contraction, deposit");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.parse("deposit(mode=as_released)"))
        .withMessageContaining("one of [mean, zero, resample, as-released], found 'as_released'");
  }

  @Test
  void accuracyIsOfTheCheckpointSplitAndLengthThatIsNamed() {
    metrics.add(epoch(1, 0.4));
    metrics.add(result("test", "best", 90));
    metrics.add(result("test", "last", 80));
    evaluations.add(
        evaluation(
            null, new MetricsRow.Evaluation("train", "last", 10, 1, 990, 1000, 1, List.of())));
    evaluations.add(evaluation(32, result("test", "last", 50)));
    evaluations.add(evaluation(32, result("test", "last", 51)));
    assertThat(value("accuracy")).hasValue(0.8);
    assertThat(value("accuracy(checkpoint=best)")).hasValue(0.9);
    assertThat(value("accuracy(split=train)")).hasValue(0.99);
    assertThat(value("accuracy(length=32)")).as("the newest").hasValue(0.51);
    assertThat(value("accuracy(length=64)")).isEmpty();
    evaluations.add(
        evaluation(32, new MetricsRow.Evaluation("test", "last", 10, 1, 9, 10, 1, List.of())));
    assertThat(value("accuracy(length=32)")).as("of ten examples, not all").hasValue(0.51);
    EvaluationRow easier = evaluation(32, result("test", "last", 99));
    evaluations.add(
        new EvaluationRow(
            easier.time(),
            easier.task().<ObjectNode>deepCopy().put("maxGap", 2),
            32,
            easier.attention(),
            easier.chance(),
            easier.ceilings(),
            easier.result()));
    assertThat(value("accuracy(length=32)")).as("of another task").hasValue(0.51);
    evaluations.add(
        new EvaluationRow(
            easier.time(),
            easier.task(),
            32,
            "fast(degree=2,bound=1)",
            easier.chance(),
            easier.ceilings(),
            easier.result()));
    assertThat(value("accuracy(length=32)")).as("of another attention").hasValue(0.51);
    assertThat(Metrics.parse("accuracy").needs()).isEmpty();
    assertThat(Metrics.parse("accuracy(length=32)").needs())
        .containsExactly(new Need.Evaluation(Kept.LAST, Split.TEST, 32));
  }

  @Test
  void examplesAreCountedToTheFirstEpochThatIsNearTheCeiling() {
    assertThat(value("examples-to")).as("no epoch").isEmpty();
    metrics.add(epoch(1, 0.5));
    metrics.add(epoch(2, 0.77));
    metrics.add(epoch(3, 0.7));
    assertThat(value("examples-to")).as("0.76 of 0.8").hasValue(2000);
    assertThat(value("examples-to(fraction=0.5)")).hasValue(1000);
    assertThat(value("examples-to(fraction=1)")).as("never").hasValue(3000);
  }

  @Test
  void aDepositIsAYesOrNoOfRunsThatLearned() {
    assertThat(value("deposit")).as("not ablated").isEmpty();
    ablation.add(layer("zero", 0, Verdict.NOT_LEARNED, null));
    ablation.add(layer("mean", 0, Verdict.SPREAD, 0.25));
    ablation.add(layer("mean", 1, Verdict.DEPOSIT, 0.75));
    assertThat(value("deposit")).hasValue(1);
    assertThat(value("deposit(layer=0)")).hasValue(0);
    assertThat(value("deposit(layer=2)")).as("no such layer").isEmpty();
    assertThat(value("deposit(mode=zero)")).as("not learned").isEmpty();
    assertThat(value("deposit(checkpoint=best)")).isEmpty();
    assertThat(Metrics.parse("deposit").isYesOrNo()).isTrue();
    assertThat(Metrics.parse("deposit(mode=zero)").needs())
        .containsExactly(new Ablation(Mode.ZERO, Ablation.Fault.NONE, Kept.LAST));
  }

  @Test
  void dropsAreOfALayerOrOfTheOneThatLosesMost() {
    ablation.add(layer("zero", 0, Verdict.NOT_LEARNED, null));
    ablation.add(layer("mean", 0, Verdict.SPREAD, 0.25));
    ablation.add(layer("mean", 1, Verdict.DEPOSIT, 0.75));
    assertThat(value("top-share")).hasValue(0.75);
    assertThat(value("top-share(layer=0)")).hasValue(0.25);
    assertThat(value("top-share(mode=zero)")).isEmpty();
    assertThat(value("top-drop")).hasValue(0.5);
    assertThat(value("top-drop(layer=2)")).isEmpty();
    assertThat(Metrics.parse("top-share").isYesOrNo()).isFalse();
    ablation.add(layer("mean", 2, Verdict.SILENT, 1.0));
    assertThat(value("top-share(layer=2)")).as("of noise").isEmpty();
    assertThat(value("top-share")).hasValue(0.75);
  }

  private static AblationRow.Head head(String mode, int layer, int head, double drop) {
    return new AblationRow.Head(
        new AblationRow.Intervention(mode, "last"),
        layer,
        head,
        90,
        100,
        100,
        drop,
        new AblationRow.Interval(0, 1),
        null,
        1,
        1,
        false,
        "");
  }

  @Test
  void aFaultOfTheReleaseIsAnAblationOfItsOwn() {
    for (String mode : List.of("zero", "zero+last-head-stays")) {
      double lost = mode.equals("zero") ? 0 : 0.25;
      ablation.add(head(mode, 0, 0, 0.5));
      ablation.add(head(mode, 0, 1, 0));
      ablation.add(head(mode, 1, 0, lost));
      ablation.add(head(mode, 1, 1, lost + 0.5));
    }
    assertThat(value("mean-drop(mode=zero,layer=1)")).hasValue(0.25);
    assertThat(value("mean-drop(mode=zero,layer=1,fault=last-head-stays)")).hasValue(0.5);
    assertThat(value("mean-drop(mode=zero)")).hasValue(0.25);
    assertThat(value("mean-drop")).isEmpty();
    Ablation columns = new Ablation(Mode.ZERO, Ablation.Fault.LATENT_COLUMNS, Kept.BEST);
    assertThat(Metrics.parse("mean-drop(mode=zero,fault=latent-columns,checkpoint=best)").needs())
        .containsExactly(columns);
    assertThat(columns.in(AblationConfig.DEFAULTS.withoutControls()).latentColumns()).isTrue();
    assertThat(columns.in(AblationConfig.DEFAULTS.withoutControls()).controls()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.parse("deposit(mode=as-released,fault=last-head-stays)"))
        .withMessageContaining("mode as-released has all faults");
  }

  @Test
  void contractionIsOfTheNetworkAndNotOfItsTwin() {
    double[] ones = {1, 1, 1};
    for (boolean shuffled : new boolean[] {true, false}) {
      double[] halves = shuffled ? ones : new double[] {0.5, 0.5, 0.5};
      contraction.add(
          new ContractionRow.Network(
              new ContractionRow.Subject("last", 10, shuffled),
              8,
              Contraction.of(halves, ones),
              Contraction.of(ones, ones)));
    }
    assertThat(value("contraction").orElseThrow()).isCloseTo(Math.log(0.5), within(1e-12));
    assertThat(value("contraction(norm=row-centred)").orElseThrow()).isCloseTo(0, within(1e-12));
    assertThat(value("contraction(checkpoint=best)")).isEmpty();
  }

  @Test
  void aWatchedLossFallsAtSomeSpeedAndWithSomeRises() {
    assertThat(value("steps-to-half")).as("not watched").isEmpty();
    assertThat(value("loss-rises")).as("not watched").isEmpty();
    Measures measures = new Measures(1, 1, 1, 1, 1);
    SpectraRow.Layer layer =
        new SpectraRow.Layer(0, List.of(new SpectraRow.Head(measures, measures, 1, 1, 1)));
    double[] losses = {2, 1, 0.9, 1.5};
    for (int i = 0; i < losses.length; i++) {
      spectra.add(new SpectraRow(25 * i, losses[i], 1, null, 1, List.of(layer)));
    }
    assertThat(value("steps-to-half")).as("below, not at, half").hasValue(50);
    assertThat(value("loss-rises").orElseThrow()).isCloseTo(0.6, within(1e-12));
    spectra.remove(2);
    assertThat(value("steps-to-half")).as("never").hasValue(75);
    spectra.remove(2);
    assertThat(value("loss-rises")).as("never").hasValue(0);
  }
}
