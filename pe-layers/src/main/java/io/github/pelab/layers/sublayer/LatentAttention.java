package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.fused.FusedForm;
import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.runtime.LayerGraph;
import io.github.pelab.layers.scheme.Arguments;
import io.github.pelab.layers.scheme.Expression;
import io.github.pelab.layers.scheme.Option;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@code mla(compressed=128,rotary=16,norm=true,rotaryQuery=per-head)}: multi-head latent attention
 * as in DeepSeek-V3 (arXiv 2412.19437, section 2.1.1; first in arXiv 2405.04434). Legend: D width,
 * H heads, K head size, C {@code compressed}, R {@code rotary}.
 *
 * <pre>
 *   c_q = norm(x W_dq)      c_kv = norm(x W_dkv)           [C] each, RMS norm with a gain
 *   q_h = [ c_q W_uq,h ; R_i c_q W_qr,h ]                  [K + R], the second part per head
 *   k_h = [ c_kv W_uk,h ; R_j x W_kr ]                     the second part shared by all heads
 *   v_h = c_kv W_uv,h
 *   logit[i,j] = c · (q_h(i) · k_h(j) / √(K + R) + bias(i − j))         c the logit scale
 * </pre>
 *
 * <p>A scheme rotates the R part alone; where it does not rotate, or not this head, that part
 * scores unrotated. No projection has a bias but the output's.
 *
 * <p>{@code norm=false} and {@code rotaryQuery=shared} are faults of the released code of arXiv
 * 2505.13027: latent vectors go on as they are, without gains; and one rotary query, R_i c_q W_qr
 * of size R, is that of all heads.
 *
 * @param compressed C, of queries as of keys and values
 * @param rotary R, even
 * @param norm whether the latent vectors pass the norm
 * @param rotaryQuery whose the rotary queries are
 */
public record LatentAttention(int compressed, int rotary, boolean norm, RotaryQuery rotaryQuery)
    implements AttentionForm {
  private static final double EPSILON = 1e-6;

  /** Whose the rotary queries are. */
  public enum RotaryQuery {
    /** Each head has one of its own. */
    PER_HEAD,
    /** All heads have the same one. */
    SHARED
  }

  public LatentAttention {
    if (rotary % 2 != 0) {
      throw new IllegalArgumentException(
          "attention mla: option rotary must be even, found %d: schemes turn pairs of components"
              .formatted(rotary));
    }
  }

  private boolean queryPerHead() {
    return rotaryQuery == RotaryQuery.PER_HEAD;
  }

  @Override
  public int querySize(int headSize) {
    return headSize + rotary;
  }

  @Override
  public int rotarySize(int headSize) {
    return rotary;
  }

  @Override
  public void declare(AttentionSettings settings, String prefix, SDLayerParams params) {
    int width = settings.width();
    declareLatent(params, prefix + "dq", width);
    params.addWeightParam(prefix + "uq.W", compressed, width);
    params.addWeightParam(
        prefix + "qr.W", compressed, queryPerHead() ? (long) settings.heads() * rotary : rotary);
    declareLatent(params, prefix + "dkv", width);
    params.addWeightParam(prefix + "uk.W", compressed, width);
    params.addWeightParam(prefix + "uv.W", compressed, width);
    params.addWeightParam(prefix + "kr.W", width, rotary);
  }

  private void declareLatent(SDLayerParams params, String name, int width) {
    params.addWeightParam(name + ".W", width, compressed);
    if (norm) {
      params.addBiasParam(name + ".gain", 1, compressed);
    }
  }

  @Override
  public List<String> queryWeights() {
    return queryPerHead() ? List.of("uq.W", "qr.W") : List.of("uq.W");
  }

  @Override
  public List<String> keyWeights() {
    return List.of("uk.W");
  }

  @Override
  public void initialize(
      AttentionSettings settings,
      String prefix,
      Map<String, INDArray> params,
      WeightInit weightInit) {
    for (String name : List.of("dq", "uq", "qr", "dkv", "uk", "uv", "kr")) {
      Parameters.initializeWeight(params.get(prefix + name + ".W"), weightInit);
    }
    if (norm) {
      params.get(prefix + "dq.gain").assign(1);
      params.get(prefix + "dkv.gain").assign(1);
    }
  }

  @Override
  public Projected project(
      AttentionSettings settings,
      String prefix,
      LayerGraph graph,
      SDVariable x,
      SDVariable memory,
      int block) {
    Positions positions = new Positions(settings);
    int size = settings.headSize();
    SDVariable queries = latent(graph, x, prefix + "dq");
    SDVariable latent = latent(graph, memory, prefix + "dkv");
    SDVariable queryContent =
        graph.part(HeadPart.CONTENT, queries.mmul(graph.parameter(prefix + "uq.W")), block, size);
    SDVariable queryRotary = queries.mmul(graph.parameter(prefix + "qr.W"));
    SDVariable queryRotaries =
        graph.part(
            HeadPart.ROTARY,
            queryPerHead() ? queryRotary : perHead(settings, graph, queryRotary),
            block,
            rotary);
    SDVariable keyContent = latent.mmul(graph.parameter(prefix + "uk.W"));
    SDVariable keyRotary = perHead(settings, graph, memory.mmul(graph.parameter(prefix + "kr.W")));
    SDVariable value = latent.mmul(graph.parameter(prefix + "uv.W"));
    return new Projected(
        joined(settings, graph, queryContent, positions.rotated(graph, queryRotaries, block))
            .mul(settings.scale()),
        joined(settings, graph, keyContent, positions.rotated(graph, keyRotary, block)),
        settings.byHead(graph, value, size),
        shown(settings, graph, queryContent, queryRotaries),
        shown(settings, graph, keyContent, keyRotary));
  }

  @Override
  public Optional<FusedForm> fused(AttentionSettings settings, String prefix) {
    return Optional.of(
        FusedForm.latent(
            prefix, settings.headSize(), compressed, rotary, norm, queryPerHead(), EPSILON));
  }

  @Override
  public Set<HeadPart> parts() {
    return Set.of(HeadPart.CONTENT, HeadPart.ROTARY);
  }

  private SDVariable latent(LayerGraph graph, SDVariable x, String name) {
    SDVariable latent = x.mmul(graph.parameter(name + ".W"));
    if (!norm) {
      return latent;
    }
    SDVariable meanSquare = latent.mul(latent).mean(true, 1);
    return latent
        .div(graph.ops().math().sqrt(meanSquare.add(EPSILON)))
        .mul(graph.parameter(name + ".gain"));
  }

  /** {@code [B·T, R]} for each head, {@code [B·T, H·R]}: a product, as for all that is repeated. */
  private SDVariable perHead(AttentionSettings settings, LayerGraph graph, SDVariable shared) {
    SDVariable repeat =
        graph.feed(
            "mla/repeat",
            new long[] {rotary, -1},
            call ->
                Nd4j.tile(Nd4j.eye(rotary).castTo(call.input().dataType()), 1, settings.heads()));
    return shared.mmul(repeat);
  }

  private SDVariable joined(
      AttentionSettings settings, LayerGraph graph, SDVariable content, SDVariable rotated) {
    return graph
        .ops()
        .concat(
            3,
            settings.byHead(graph, content, settings.headSize()),
            settings.byHead(graph, rotated, rotary));
  }

  /** Each head's content and rotary part side by side, {@code [B·T, H, Q]}, for observers. */
  private SDVariable shown(
      AttentionSettings settings, LayerGraph graph, SDVariable content, SDVariable unrotated) {
    return graph
        .ops()
        .concat(
            2,
            eachHead(settings, graph, content, settings.headSize()),
            eachHead(settings, graph, unrotated, rotary));
  }

  private SDVariable eachHead(
      AttentionSettings settings, LayerGraph graph, SDVariable rows, int size) {
    return graph
        .ops()
        .reshape(
            rows,
            graph.shape(
                "heads/each/" + size, call -> new long[] {call.rows(), settings.heads(), size}));
  }

  @Override
  public String toString() {
    return new Expression("mla")
        .option("compressed", compressed, 128)
        .option("rotary", rotary, 16)
        .option("norm", norm, true)
        .option("rotaryQuery", rotaryQuery, RotaryQuery.PER_HEAD)
        .toString();
  }

  /** Makes {@code mla}. */
  public static final class Factory implements FormFactory {
    @Override
    public String name() {
      return "mla";
    }

    @Override
    public String description() {
      return "from latent vectors, with a rotated part beside (DeepSeek-V3, arXiv 2412.19437)";
    }

    @Override
    public List<Option> options() {
      return List.of(
          new Option("compressed", "128", "size of the latent vectors"),
          new Option("rotary", "16", "size of the part of each head that is rotated"),
          new Option(
              "norm",
              "true",
              "whether latent vectors are normed; false: a fault of arXiv 2505.13027"),
          new Option(
              "rotaryQuery",
              "per-head",
              "per-head; shared: one for all heads, a fault of arXiv 2505.13027"));
    }

    @Override
    public AttentionForm create(Arguments arguments) {
      return new LatentAttention(
          arguments.wholeNumber(1, 65_536, "compressed"),
          arguments.wholeNumber(2, 65_536, "rotary"),
          arguments.flag("norm"),
          arguments.choice(RotaryQuery.class, "rotaryQuery"));
    }
  }
}
