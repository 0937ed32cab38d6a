package io.github.pelab.ablation.formation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.ablation.RunAblation;
import io.github.pelab.ablation.Verdict;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.Saving;
import io.github.pelab.train.Studies;
import io.github.pelab.train.Trainer;
import io.github.pelab.train.checkpoint.Checkpoints;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.Kept;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadFormationTest {
  /** Few gaps and short examples: learned in seconds. */
  private static final String YAML =
      """
      schemaVersion: 1
      name: formed
      task: {name: distance, vocabulary: 6, maxGap: 2, minLength: 3, maxLength: 4}
      data: {train: 800, validation: 100, test: 100}
      model: {scheme: rope, layers: 2, width: 16, heads: 4, dropout: 0.1}
      training: {epochs: 2, batch: 32, learningRate: 0.01}
      ablation: {mode: mean, every: 1}
      """;

  private static final Progress SILENT = Progress.of(Progress.Mode.NONE, System.err);

  @TempDir Path temporary;

  private Sweep.Member member() throws IOException {
    Path file = Files.writeString(temporary.resolve("formed.yaml"), YAML);
    return Experiment.configs().read(file).members().get(0);
  }

  private static Trainer trainer() {
    return new Trainer(Clock.systemUTC(), System::nanoTime, SILENT, Saving.DEFAULT, () -> false);
  }

  private static byte[] last(RunDirectory run) throws IOException {
    return Files.readAllBytes(Checkpoints.file(run, run.result("last").step()));
  }

  @Test
  void trainingIsTheSameAndARowSaysWhatTheCheckpointOfItsEpochDoes() throws IOException {
    Sweep.Member member = member();
    Experiment experiment = Experiment.of(member.config(), "test");
    RunDirectory plain = RunDirectory.create(temporary.resolve("plain"), "formed", "x");
    trainer().train(member, experiment, plain, false);
    RunDirectory studied = RunDirectory.create(temporary.resolve("studied"), "formed", "x");
    trainer().train(member, experiment, studied, false, Studies.of(new HeadFormation(experiment)));
    assertThat(last(studied)).as("parameters and moments, byte by byte").isEqualTo(last(plain));
    assertThat(accuracies(studied)).isEqualTo(accuracies(plain));

    List<FormationRow> rows = studied.rows(RunDirectory.FORMATION, FormationRow.class);
    assertThat(rows).extracting(FormationRow::epoch).containsExactly(1, 2);
    assertThat(rows).extracting(FormationRow::step).containsExactly(25, 50);
    assertThat(rows.get(0).layers()).isNotEqualTo(rows.get(1).layers());
    assertThat(rows.get(1).accuracy()).isEqualTo(studied.result("last").accuracy());

    // Ablated after training, the best checkpoint says what its epoch's row does.
    FormationRow then = rows.get(studied.result("best").epoch() - 1);
    assertThat(then.mode()).isEqualTo("mean");
    assertThat(then.layers()).hasSize(2);
    List<AblationRow> after =
        RunAblation.ablate(
            studied,
            experiment,
            experiment.config().ablation().withoutControls(),
            Kept.BEST,
            SILENT);
    for (AblationRow row : after) {
      FormationRow.Layer layer =
          then.layers().get(row instanceof AblationRow.Head head ? head.layer() : layerOf(row));
      if (row instanceof AblationRow.Head head) {
        assertThat(layer.heads().get(head.head()))
            .isEqualTo(new FormationRow.Head(head.drop(), head.beyondNull()));
      } else if (row instanceof AblationRow.Layer whole) {
        assertThat(layer.verdict()).isEqualTo(whole.verdict()).isNotEqualTo(Verdict.NOT_LEARNED);
        assertThat(layer.allHeadsDrop()).isEqualTo(whole.allHeadsDrop());
        assertThat(layer.topHead()).isEqualTo(whole.topHead());
        assertThat(layer.topDrop()).isEqualTo(whole.topDrop());
        assertThat(layer.share()).isEqualTo(whole.share());
        assertThat(layer.shareInterval()).isEqualTo(whole.shareInterval());
        assertThat(layer.heads()).hasSize(4);
      }
    }
  }

  private static int layerOf(AblationRow row) {
    return ((AblationRow.Layer) row).layer();
  }

  private static List<Double> accuracies(RunDirectory run) {
    return run.rows(RunDirectory.METRICS, MetricsRow.class).stream()
        .map(
            row ->
                row instanceof MetricsRow.Epoch epoch
                    ? epoch.validationAccuracy()
                    : ((MetricsRow.Evaluation) row).accuracy())
        .toList();
  }
}
