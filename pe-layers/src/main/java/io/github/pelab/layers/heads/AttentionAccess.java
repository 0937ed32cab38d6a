package io.github.pelab.layers.heads;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The heads of a layer's attentions, to be observed and changed. Every layer of this library, once
 * a network has been initialised, has one: {@link #of(Model)} finds them. A layer that nobody
 * observes or changes does no work for this.
 */
public interface AttentionAccess {
  /** Number of attentions in the layer: N for a stack of N blocks, else 1. */
  int blocks();

  /** H. */
  int heads();

  /** K. */
  int headSize();

  /** What the layer is run by where nobody observes: {@code graph}, or the kernels' name. */
  String kernel();

  /**
   * Calls {@code observer} in each forward pass until the scope is closed. The pass then also
   * copies every {@code [B, H, T, T]} array.
   */
  Scope observe(AttentionObserver observer);

  /**
   * The same of head outputs alone, which kernels can show too: no {@code [B, H, T, T]} array is
   * made.
   */
  Scope observeHeads(HeadOutputObserver observer);

  /**
   * Calls {@code observer} in each backward pass until the scope is closed. Passes go through the
   * graph meanwhile, forward passes too: it takes whole arrays, where {@link #observeLogits} takes
   * a head at a time and leaves kernels at work.
   */
  Scope observeGradients(LogitGradientObserver observer);

  /**
   * Calls {@code observer} in each backward pass until the scope is closed. No {@code [B, H, T, T]}
   * array is made where the layer is run by kernels, but for each sequence as much as its own
   * length asks for.
   */
  Scope observeLogits(HeadLogitsObserver observer);

  /**
   * Names, within the layer, of the parameters whose columns make a block's queries: those of head
   * 0, then those of head 1, and so on. What heads share, for instance the rotary key of latent
   * attention, is none of them.
   */
  List<String> queryWeights(int block);

  /** Those of keys, likewise. */
  List<String> keyWeights(int block);

  /** What can be removed of its heads by {@link PartRemoval}. */
  Set<HeadPart> parts();

  /**
   * Changes heads in each forward pass until the scope is closed. Parameters are not touched; the
   * outputs of the block's other heads stay bit-identical. Scopes may nest: of two replacements of
   * one head the later one holds.
   *
   * @throws IllegalArgumentException if a block, head or part does not exist or a value has another
   *     head size
   */
  Scope intervene(List<? extends HeadIntervention> interventions);

  /**
   * Until the scope is closed, each forward pass at inference also computes what the layer would
   * have given under each of several interventions, on top of those in force: to the bit what a
   * pass under {@link #intervene} gives. By kernels the blocks before an intervention are computed
   * once for all, and for replacements the attention of their block too.
   *
   * @param branches interventions, each a list for {@link #intervene}
   * @param outputs given the layer's outputs, one a branch, in their order
   * @throws IllegalArgumentException as {@link #intervene}
   */
  Scope branch(
      List<? extends List<? extends HeadIntervention>> branches, Consumer<List<INDArray>> outputs);

  /** Of the layers and vertices of {@code network} that are ours, in order. */
  static List<AttentionAccess> of(Model network) {
    Stream<?> parts;
    if (network instanceof MultiLayerNetwork multiLayer) {
      parts = Arrays.stream(multiLayer.getLayers());
    } else if (network instanceof ComputationGraph graph) {
      parts =
          Arrays.stream(graph.topologicalSortOrder())
              .mapToObj(index -> graph.getVertices()[index])
              .map(vertex -> vertex.hasLayer() ? vertex.getLayer() : vertex);
    } else {
      throw new IllegalArgumentException(
          "neither a MultiLayerNetwork nor a ComputationGraph: " + network.getClass().getName());
    }
    return parts
        .map(AttentionAccess::unwrapped)
        .filter(Holder.class::isInstance)
        .map(part -> ((Holder) part).attentions())
        .toList();
  }

  /** What runs one of our layers or vertices. */
  @FunctionalInterface
  interface Holder {
    AttentionAccess attentions();
  }

  /** A layer that transfer learning froze, or another wrapper of DL4J's, hides the one inside. */
  private static Object unwrapped(Object part) {
    return part instanceof BaseWrapperLayer wrapper ? unwrapped(wrapper.getUnderlying()) : part;
  }
}
