package io.github.pelab.train.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.tasks.Split;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.Studies;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.spectra.ContractionRow.Subject;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class RunContractionTest {
  @TempDir Path temporary;

  private List<ContractionRow> measure(String scheme) {
    var member = SpectraRuns.member(temporary, scheme, "multi-head");
    Experiment experiment = SpectraRuns.experiment(member);
    RunDirectory run = SpectraRuns.train(temporary.resolve("runs"), member, Studies.NONE);
    List<ContractionRow> rows =
        new RunContraction(experiment, 10).write(run, "last", SpectraRuns.QUIET);
    assertThat(run.rows(RunDirectory.CONTRACTION, ContractionRow.class)).isEqualTo(rows);
    assertThat(new RunContraction(experiment, 10).write(run, "last", SpectraRuns.QUIET))
        .as("again")
        .isEqualTo(rows);
    return rows;
  }

  private static List<ContractionRow.Network> networks(List<ContractionRow> rows) {
    return rows.stream()
        .filter(ContractionRow.Network.class::isInstance)
        .map(ContractionRow.Network.class::cast)
        .toList();
  }

  @Test
  void everyHeadIsMeasuredAndTheNetworkOverThem() {
    List<ContractionRow> rows = measure("rope");
    Subject trained = new Subject("last", 6, false);
    Subject shuffled = new Subject("last", 6, true);
    assertThat(rows).hasSize(2 * (SpectraRuns.LAYERS * SpectraRuns.HEADS + 1));
    List<ContractionRow.Network> networks = networks(rows);
    assertThat(networks).extracting(ContractionRow::subject).containsExactly(trained, shuffled);
    assertThat(networks).extracting(ContractionRow.Network::heads).containsOnly(8);
    assertThat(networks.get(0).spectralNorm().pairs()).isEqualTo(10);

    // The network's ratio is the geometric mean of its heads'.
    double logs =
        rows.stream()
            .filter(ContractionRow.Head.class::isInstance)
            .map(ContractionRow.Head.class::cast)
            .filter(head -> head.subject().equals(trained))
            .mapToDouble(
                head -> Math.log(head.logits().spectralNorm() / head.content().spectralNorm()))
            .average()
            .orElseThrow();
    assertThat(Math.log(networks.get(0).spectralNorm().geometricMean()))
        .isCloseTo(logs, within(1e-12));
    assertThat(networks.get(1).spectralNorm()).isNotEqualTo(networks.get(0).spectralNorm());
    ContractionRow.Head first = (ContractionRow.Head) rows.get(0);
    assertThat(first.singularValues().logits()).hasSize(33).isSorted();
    assertThat(first.eigenvalues().content()).hasSize(33).isSorted();
  }

  @Test
  void headsThatSeeNoPositionsAreNoPartOfTheNetworksRatio() {
    assertThat(networks(measure("nope"))).isEmpty();
    assertThat(networks(measure("rope(heads=1)")))
        .extracting(ContractionRow.Network::heads)
        .containsOnly(SpectraRuns.LAYERS);
    assertThat(networks(measure("t5"))).extracting(ContractionRow.Network::heads).containsOnly(8);
  }

  /**
   * Where all tokens are the same so are all keys, and without positions the row-centred norm is 0,
   * or in a layer above the first what single precision rounds. Such examples have no ratio.
   */
  @Test
  void examplesOfOneTokenAgainAndAgainAreNoPairs() {
    var member = SpectraRuns.counting(temporary);
    Experiment experiment = SpectraRuns.experiment(member);
    RunDirectory run = SpectraRuns.train(temporary.resolve("runs"), member, Studies.NONE);
    long distinct =
        experiment.first(Split.TEST, 30).examples().stream()
            .filter(example -> Arrays.stream(example.tokens()).distinct().count() > 1)
            .count();
    assertThat(distinct).isBetween(2L, 28L);
    List<ContractionRow> rows =
        new RunContraction(experiment, 30).write(run, "last", SpectraRuns.QUIET);
    for (ContractionRow.Network network : networks(rows)) {
      assertThat((long) network.rowCentredNorm().pairs()).isEqualTo(distinct);
      assertThat(network.rowCentredNorm().geometricMean()).isBetween(0.1, 10.0);
    }
    assertThat(rows)
        .filteredOn(ContractionRow.Head.class::isInstance)
        .hasSize(2 * SpectraRuns.LAYERS * SpectraRuns.HEADS)
        .allMatch(row -> ((ContractionRow.Head) row).examples() == distinct)
        .allMatch(row -> ((ContractionRow.Head) row).content().rowCentredNorm() > 0);
  }

  @Test
  void theTwinHasTheSameWeightsInOtherPlaces() {
    Experiment experiment =
        SpectraRuns.experiment(SpectraRuns.member(temporary, "rope", "multi-head"));
    MultiLayerNetwork network = experiment.network();
    MultiLayerNetwork twin = experiment.network();
    RunContraction.shuffle(twin, 1);
    int shuffled = 0;
    for (String name : network.paramTable().keySet()) {
      float[] before = numbers(network.getParam(name));
      float[] after = numbers(twin.getParam(name));
      shuffled += Arrays.equals(before, after) ? 0 : 1;
      Arrays.sort(before);
      Arrays.sort(after);
      assertThat(after).isEqualTo(before);
    }
    // Six matrices in a block, the embedding, the classes; biases are all zero, gains all one.
    assertThat(shuffled).isEqualTo(6 * SpectraRuns.LAYERS + 2);
    MultiLayerNetwork other = experiment.network();
    RunContraction.shuffle(other, 2);
    assertThat(numbers(other.params())).isNotEqualTo(numbers(twin.params()));
  }

  @Test
  void theTwinOfOneHeadHasItsBiasesByLagInOtherPlaces() {
    Experiment experiment = SpectraRuns.experiment(SpectraRuns.oneHead(temporary));
    MultiLayerNetwork network = experiment.network();
    MultiLayerNetwork twin = experiment.network();
    RunContraction.shuffle(twin, 1);
    INDArray table = network.getParam("0_lagBias");
    assertThat(table.columns()).isEqualTo(1);
    assertThat(numbers(twin.getParam("0_lagBias"))).isNotEqualTo(numbers(table));
  }

  private static float[] numbers(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  @Test
  void moreExamplesThanThereAreAreRefusedAndFewerThanAnIntervalNeeds() {
    Experiment experiment =
        SpectraRuns.experiment(SpectraRuns.member(temporary, "rope", "multi-head"));
    for (int examples : new int[] {0, 1, 31}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new RunContraction(experiment, examples))
          .withMessage(
              "examples: found %d; choose a number from 2 to 30, the size of the test split",
              examples);
    }
  }
}
