package io.github.pelab.ablation.portrait;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.tasks.Example;
import io.github.pelab.tasks.Task;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.Evaluation;
import io.github.pelab.train.progress.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** Watches the heads of a network at work on a split, and sums up what they do. */
public final class Portraits {
  /** Beyond this many tokens ahead or behind, attention is not told by lag. */
  public static final int LARGEST_LAG = 256;

  private final Task task;
  private final Evaluation evaluation;
  private final boolean causal;

  /**
   * Portraits on all examples of {@code evaluation}.
   *
   * @param task says which class a token is of
   * @param causal whether in the networks to come a query sees no key behind it
   */
  public Portraits(Task task, Evaluation evaluation, boolean causal) {
    this.task = task;
    this.evaluation = evaluation;
    this.causal = causal;
  }

  /**
   * A portrait of each head, by layer and head. Layers count attentions through the whole network.
   *
   * @param checkpoint what is written into the rows as the checkpoint's name
   */
  public List<HeadPortrait> of(MultiLayerNetwork network, String checkpoint, Progress progress) {
    List<TaskBatch> batches = evaluation.batches();
    List<Example> examples = batches.stream().flatMap(each -> each.examples().stream()).toList();
    int longest = examples.stream().mapToInt(Example::length).max().orElseThrow();
    List<AttentionAccess> attentions = AttentionAccess.of(network);
    List<LayerTally> layers = new ArrayList<>();
    List<Integer> heads = new ArrayList<>();
    for (AttentionAccess access : attentions) {
      for (int block = 0; block < access.blocks(); block++) {
        layers.add(new LayerTally(access.heads(), task.tokenClasses(), causal, longest));
        heads.add(access.heads());
      }
    }
    try (Progress.Task work = progress.start("watching heads", batches.size())) {
      for (TaskBatch batch : batches) {
        watch(network, attentions, batch, layers);
        work.step(1);
      }
    }
    List<HeadPortrait> portraits = new ArrayList<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      LayerTally tally = layers.get(layer);
      for (int head = 0; head < heads.get(layer); head++) {
        portraits.add(
            new HeadPortrait(
                checkpoint,
                evaluation.split().key(),
                examples.size(),
                layer,
                head,
                tally.lags(head),
                tally.classes(head),
                tally.positional(head),
                tally.contribution(head),
                tally.contributionShare(head)));
      }
    }
    return List.copyOf(portraits);
  }

  private void watch(
      MultiLayerNetwork network,
      List<AttentionAccess> attentions,
      TaskBatch batch,
      List<LayerTally> layers) {
    List<int[]> classes =
        batch.examples().stream()
            .map(example -> Arrays.stream(example.tokens()).map(task::tokenClass).toArray())
            .toList();
    List<Scope> scopes = new ArrayList<>();
    int first = 0;
    for (AttentionAccess access : attentions) {
      int firstOfAccess = first;
      scopes.add(
          access.observe(trace -> layers.get(firstOfAccess + trace.block()).add(trace, classes)));
      first += access.blocks();
    }
    try {
      Evaluation.probabilities(network, batch);
    } finally {
      scopes.forEach(Scope::close);
    }
  }
}
