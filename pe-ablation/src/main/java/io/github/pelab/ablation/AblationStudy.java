package io.github.pelab.ablation;

import io.github.pelab.ablation.AblationRow.Intervention;
import io.github.pelab.ablation.HeadAblation.Head;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.train.Evaluation;
import io.github.pelab.train.config.AblationConfig;
import io.github.pelab.train.progress.Progress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Ablates every head of a network, one after another, and judges each layer. Which heads are the
 * top ones is decided on the validation split, what they are worth on the test split.
 */
public final class AblationStudy {
  private final Evaluation validation;
  private final Evaluation test;
  private final AblationConfig config;

  public AblationStudy(Evaluation validation, Evaluation test, AblationConfig config) {
    this.validation = validation;
    this.test = test;
    this.config = config;
  }

  /**
   * Ablates and judges.
   *
   * @param checkpoint what is written into the rows as the checkpoint's name
   * @param chance accuracy of a guess
   * @param ceiling the best accuracy that can be reached
   */
  public List<AblationRow> run(
      MultiLayerNetwork network,
      String checkpoint,
      double chance,
      double ceiling,
      Progress progress) {
    HeadAblation ablation = new HeadAblation(network, config.mode(), validation.batches());
    int heads = IntStream.range(0, ablation.layers()).map(ablation::heads).sum();
    long pairs = IntStream.range(0, ablation.layers()).filter(l -> ablation.heads(l) > 1).count();
    long evaluations = 2L * (heads + 1) + ablation.layers() + pairs;
    List<HeadOutcomes> onValidation = new ArrayList<>();
    List<LayerOutcomes> onTest = new ArrayList<>();
    try (Progress.Task task = progress.start("ablating " + heads + " heads", evaluations)) {
      Outcomes validationBaseline = outcomes(network, ablation, validation, List.of(), task);
      Outcomes testBaseline = outcomes(network, ablation, test, List.of(), task);
      for (int layer = 0; layer < ablation.layers(); layer++) {
        List<Head> all = heads(ablation, layer);
        HeadOutcomes picked = singles(network, ablation, validation, validationBaseline, all, task);
        onValidation.add(picked);
        List<Head> pair = picked.ranking().stream().limit(2).map(all::get).toList();
        onTest.add(
            new LayerOutcomes(
                singles(network, ablation, test, testBaseline, all, task),
                outcomes(network, ablation, test, all, task),
                pair.size() < 2
                    ? Optional.empty()
                    : Optional.of(outcomes(network, ablation, test, pair, task))));
      }
    }
    Intervention intervention = new Intervention(config.interventionName(), checkpoint);
    return new LayerJudge(config.rule()).judge(intervention, chance, ceiling, onValidation, onTest);
  }

  private static List<Head> heads(HeadAblation ablation, int layer) {
    return IntStream.range(0, ablation.heads(layer))
        .mapToObj(head -> new Head(layer, head))
        .toList();
  }

  private static HeadOutcomes singles(
      MultiLayerNetwork network,
      HeadAblation ablation,
      Evaluation split,
      Outcomes baseline,
      List<Head> heads,
      Progress.Task task) {
    return new HeadOutcomes(
        heads.get(0).layer(),
        baseline,
        heads.stream()
            .map(head -> outcomes(network, ablation, split, List.of(head), task))
            .toList());
  }

  private static Outcomes outcomes(
      MultiLayerNetwork network,
      HeadAblation ablation,
      Evaluation split,
      Collection<Head> heads,
      Progress.Task task) {
    try (Scope scope = ablation.ablate(heads)) {
      Evaluation.Result result = split.of(network);
      task.step(1);
      return new Outcomes(result.total(), result.right());
    }
  }
}
