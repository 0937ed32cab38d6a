package io.github.pelab.ablation;

import io.github.pelab.ablation.HeadAblation.Head;
import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.layers.heads.PartRemoval;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.Evaluation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network's heads, to be read and replaced. Layers count attentions through the whole network,
 * from 0. Legend: B batch, T time, K head size, D = H·K width.
 */
final class NetworkHeads implements VariantPasses {
  private final MultiLayerNetwork network;
  private final List<Attention> attentions = new ArrayList<>();
  private final LatentColumns latents;

  /** An attention: a block of a DL4J layer. */
  private record Attention(AttentionAccess access, int block) {}

  /**
   * @throws IllegalArgumentException if the network has no attention of this library
   */
  NetworkHeads(MultiLayerNetwork network) {
    this.network = network;
    for (AttentionAccess access : AttentionAccess.of(network)) {
      for (int block = 0; block < access.blocks(); block++) {
        attentions.add(new Attention(access, block));
      }
    }
    if (attentions.isEmpty()) {
      throw new IllegalArgumentException(
          "the network has no attention layer of PE Lab; there is no head to ablate");
    }
    latents = new LatentColumns(network, attentions.size());
  }

  /** The fastest way to run variants. */
  VariantPasses passes() {
    return BranchedPasses.of(network, this);
  }

  /** Number of attentions in the network. */
  int layers() {
    return attentions.size();
  }

  /** H of a layer. */
  int heads(int layer) {
    return attentions.get(layer).access().heads();
  }

  /** K of a layer. */
  int headSize(int layer) {
    return attentions.get(layer).access().headSize();
  }

  /** D of a layer. */
  int width(int layer) {
    return heads(layer) * headSize(layer);
  }

  /** All heads of a layer. */
  List<Head> of(int layer) {
    return IntStream.range(0, heads(layer)).mapToObj(head -> new Head(layer, head)).toList();
  }

  /** All heads, layer by layer. */
  List<Head> all() {
    return IntStream.range(0, layers()).boxed().flatMap(layer -> of(layer).stream()).toList();
  }

  /**
   * @throws IllegalArgumentException if the network has no such head
   */
  void requirePresent(Head head) {
    if (head.layer() < 0
        || head.layer() >= layers()
        || head.head() < 0
        || head.head() >= heads(head.layer())) {
      throw new IllegalArgumentException(
          "no head %d in layer %d: the network has layers 0 to %d, this many heads in each: %s"
              .formatted(
                  head.head(),
                  head.layer(),
                  layers() - 1,
                  IntStream.range(0, layers()).map(this::heads).boxed().toList()));
    }
  }

  /** That these rows, see {@link HeadReplacement}, take the place of what a head hands over. */
  Variant.Change replaced(Head head, INDArray rows) {
    int block = attentions.get(head.layer()).block();
    return new Variant.Change(head.layer(), new HeadReplacement(block, head.head(), rows));
  }

  /** That a head scores without a part. */
  Variant.Change without(HeadPart part, Head head) {
    int block = attentions.get(head.layer()).block();
    return new Variant.Change(head.layer(), new PartRemoval(block, head.head(), part));
  }

  /**
   * C of a layer, the size of its latent vectors; 0 if it has none.
   *
   * @throws IllegalArgumentException if it cannot be told whose the network's parameters are
   */
  int latentSize(int layer) {
    return latents.size(layer);
  }

  /**
   * The network is this variant until the scope is closed.
   *
   * @throws IllegalArgumentException if a change cannot be; nothing of the variant stays then
   */
  Scope open(Variant variant) {
    // The last one first: the same rows may have been set to 0 twice.
    Deque<Scope> scopes = new ArrayDeque<>();
    Scope all = () -> scopes.forEach(Scope::close);
    try {
      variant.latents().forEach(each -> scopes.push(latents.open(each)));
      for (Variant.Change each : variant.changes()) {
        AttentionAccess access = attentions.get(each.layer()).access();
        scopes.push(access.intervene(List.of(each.intervention())));
      }
    } catch (RuntimeException e) {
      all.close();
      throw e;
    }
    return all;
  }

  /** One pass for each variant. */
  @Override
  public List<INDArray> probabilities(TaskBatch batch, Stream<Variant> variants) {
    return variants.map(variant -> probabilities(batch, variant)).toList();
  }

  private INDArray probabilities(TaskBatch batch, Variant variant) {
    try (Scope scope = open(variant)) {
      return Evaluation.probabilities(network, batch);
    }
  }

  /**
   * What the heads of each layer hand over, {@code [B·T, D]} in double, head h in columns h·K to
   * (h+1)·K − 1; what stands at padding means nothing where the model does not see it.
   */
  List<INDArray> outputs(TaskBatch batch) {
    double[][] numbers = new double[layers()][];
    List<Scope> scopes = new ArrayList<>();
    for (int layer = 0; layer < layers(); layer++) {
      int of = layer;
      Attention attention = attentions.get(layer);
      scopes.add(
          attention
              .access()
              .observeHeads(
                  (block, handed) -> {
                    if (block == attention.block()) {
                      numbers[of] = handed.dup('c').data().asDouble();
                    }
                  }));
    }
    try {
      Evaluation.probabilities(network, batch);
    } finally {
      scopes.forEach(Scope::close);
    }
    // Not before the pass has ended: in it, arrays are made in DL4J's workspaces.
    return IntStream.range(0, layers())
        .mapToObj(layer -> Nd4j.createFromArray(numbers[layer]).reshape('c', -1, width(layer)))
        .toList();
  }
}
