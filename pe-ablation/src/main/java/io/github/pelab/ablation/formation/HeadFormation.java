package io.github.pelab.ablation.formation;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.ablation.AblationStudy;
import io.github.pelab.train.EpochStudy;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.Kept;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Ablates every head at the end of an epoch, as is done after training: the top heads are picked on
 * the validation split, and tested on the test split.
 */
public final class HeadFormation implements EpochStudy {
  /** What rows of {@link AblationRow} would call the network. */
  private static final String CHECKPOINT = Kept.LAST.key();

  private final Experiment experiment;

  /** Made when it is first needed: it holds splits. */
  private AblationStudy study;

  public HeadFormation(Experiment experiment) {
    this.experiment = experiment;
  }

  @Override
  public FormationRow of(MultiLayerNetwork network, int epoch, int step, Progress progress) {
    if (study == null) {
      study = AblationStudy.of(experiment, experiment.config().ablation().withoutControls());
    }
    List<AblationRow> rows =
        study.run(network, CHECKPOINT, experiment.task().chance(), experiment.ceiling(), progress);
    return row(epoch, step, rows);
  }

  private static FormationRow row(int epoch, int step, List<AblationRow> rows) {
    List<FormationRow.Layer> layers = new ArrayList<>();
    List<FormationRow.Head> heads = new ArrayList<>();
    double accuracy = 0;
    // A layer's row stands behind those of its heads.
    for (AblationRow row : rows) {
      if (row instanceof AblationRow.Head head) {
        heads.add(new FormationRow.Head(head.drop(), head.beyondNull()));
        accuracy = (double) head.baselineCorrect() / head.total();
      } else if (row instanceof AblationRow.Layer layer) {
        layers.add(
            new FormationRow.Layer(
                layer.layer(),
                layer.verdict(),
                layer.allHeadsDrop(),
                layer.topHead(),
                layer.topDrop(),
                layer.share(),
                layer.shareInterval(),
                heads));
        heads.clear();
      }
    }
    return new FormationRow(epoch, step, rows.get(0).intervention().mode(), accuracy, layers);
  }
}
