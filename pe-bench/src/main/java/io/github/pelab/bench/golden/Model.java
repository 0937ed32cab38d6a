package io.github.pelab.bench.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import java.util.List;

/** Attention, the encoder block and the encoder of a case. */
final class Model {
  private final Case layer;
  private final Tensors tensors;
  private final Positions positions;
  private final int length;
  private final int width;
  private final int heads;

  Model(Case layer, Tensors tensors) {
    this.layer = layer;
    this.tensors = tensors;
    positions = new Positions(layer, tensors);
    length = layer.length();
    width = layer.whole("width");
    heads = layer.whole("heads");
  }

  /** 1 at a token, 0 at padding: {@code [B, T]}. */
  NDArray mask() {
    return tensors.filled(i -> layer.token(i / length, i % length) ? 1.0 : 0.0, Case.BATCH, length);
  }

  /**
   * {@code [B, T, D]} to the same, zero at padding; for a stack {@code [B, T]} to {@code [B, D]}.
   */
  NDArray output(NDArray input) {
    NDArray tokens = mask().expandDims(2);
    return switch (layer.text("layer")) {
      case "attention" -> {
        NDArray x = positions.addedTo(input);
        yield attention("", 0, x, x).mul(tokens);
      }
      case "block" -> block("", 0, positions.addedTo(input), null).mul(tokens);
      default -> stack(input);
    };
  }

  /** Embedding, blocks, norm, mean over the tokens. */
  private NDArray stack(NDArray tokenNumbers) {
    NDArray embedding = tensors.parameter("embedding", layer.whole("vocabulary"), width);
    NDArray rows = embedding.get(tokenNumbers.flatten().toType(DataType.INT64, false));
    NDArray embedded = positions.addedTo(rows.reshape(Case.BATCH, length, width));
    NDArray x = embedded;
    for (int n = 0; n < layer.whole("layers"); n++) {
      x = block("block" + n + ".", n, x, layer.flag("memory") ? embedded : null);
    }
    if (layer.flag("finalNorm")) {
      x = layerNorm(x, "norm");
    }
    if (layer.flag("poolsPadding")) {
      return x.mean(new int[] {1});
    }
    NDArray tokens = mask().expandDims(2);
    return x.mul(tokens).sum(new int[] {1}).div(tokens.sum(new int[] {1}));
  }

  /**
   * Pre-norm (arXiv 2002.04745, figure 1b). Keys and values are made of {@code memory}, as it is,
   * if there is one.
   */
  private NDArray block(String prefix, int index, NDArray x, NDArray memory) {
    NDArray normed = layerNorm(x, prefix + "attentionNorm");
    NDArray y =
        x.add(attention(prefix + "attention.", index, normed, memory == null ? normed : memory));
    String feedForward = prefix + "feedForward.";
    int hidden = layer.whole("feedForward");
    NDArray inner =
        linear(layerNorm(y, prefix + "feedForwardNorm"), feedForward + "in", hidden, true);
    NDArray active =
        layer.text("activation").equals("gelu") ? Activation.gelu(inner) : Activation.relu(inner);
    return y.add(linear(active, feedForward + "out", width, true));
  }

  /** softmax(c (q kᵀ / √size + bias)) v, concatenated over heads, and a linear map. */
  private NDArray attention(String prefix, int block, NDArray x, NDArray memory) {
    Expression form = Expression.of(layer.text("attention"));
    boolean bias = layer.flag("bias");
    int size = width / heads;
    NDArray query;
    NDArray key;
    NDArray value;
    if (List.of("multi-head", "fast").contains(form.name())) { // arXiv 1706.03762, section 3.2.2
      query = positions.rotated(cut(form, byHead(linear(x, prefix + "q", width, bias))));
      key = positions.rotated(cut(form, byHead(linear(memory, prefix + "k", width, bias))));
      value = byHead(linear(memory, prefix + "v", width, bias));
    } else { // arXiv 2412.19437, equations 1 to 11, with the norms of its code
      int compressed = form.whole("compressed", 128);
      int rotary = form.whole("rotary", 16);
      // released with arXiv 2505.13027: no norms, and one rotary query for all heads
      boolean normed = form.flag("norm", true);
      int rotaryQueries = form.text("rotaryQuery", "per-head").equals("shared") ? 1 : heads;
      NDArray queries = latent(x, prefix + "dq", compressed, normed);
      NDArray latent = latent(memory, prefix + "dkv", compressed, normed);
      NDArray queryRotary =
          byHead(linear(queries, prefix + "qr", rotaryQueries * rotary, false), rotaryQueries)
              .repeat(1, heads / rotaryQueries);
      NDArray shared = byHead(linear(memory, prefix + "kr", rotary, false), 1);
      query =
          byHead(linear(queries, prefix + "uq", width, false))
              .concat(positions.rotated(queryRotary), 3);
      key =
          byHead(linear(latent, prefix + "uk", width, false))
              .concat(positions.rotated(shared.repeat(1, heads)), 3);
      value = byHead(linear(latent, prefix + "uv", width, false));
      size += rotary;
    }
    NDArray logits = query.matMul(key.swapAxes(2, 3)).div(Math.sqrt(size));
    NDArray scaled = positions.biased(logits, block).mul(layer.number("logitScale", 1));
    NDArray weights = seen(scaled).softmax(3);
    NDArray mixed = weights.matMul(value).transpose(0, 2, 1, 3);
    return linear(mixed.reshape(Case.BATCH, length, width), prefix + "o", width, bias);
  }

  /** No longer than two of them may be whose product, scaled, is the form's bound. */
  private NDArray cut(Expression form, NDArray rows) {
    boolean cuts = form.flag("cut", form.name().equals("multi-head"));
    double bound = form.number("bound", 0);
    if (!cuts || bound == 0) {
      return rows;
    }
    double longest =
        Math.sqrt(bound * Math.sqrt((double) width / heads) / layer.number("logitScale", 1));
    NDArray lengths = rows.square().sum(new int[] {3}, true).sqrt();
    return rows.mul(lengths.pow(-1).mul(longest).minimum(1));
  }

  /** {@code logits [B, H, T, T]}, −∞ where the query may not see the key. */
  private NDArray seen(NDArray logits) {
    NDArray seen =
        tensors.filled(
            i -> {
              int key = i % length;
              int query = i / length % length;
              boolean token = layer.token(i / length / length, key);
              boolean earlier = key <= query;
              return (token || layer.flag("seesPadding")) && (earlier || !layer.flag("causal"))
                  ? 0
                  : Double.NEGATIVE_INFINITY;
            },
            Case.BATCH,
            1,
            length,
            length);
    return logits.add(seen);
  }

  private NDArray byHead(NDArray x) {
    return byHead(x, heads);
  }

  /** {@code [B, T, count·size]} to {@code [B, count, T, size]}. */
  private NDArray byHead(NDArray x, int count) {
    return x.reshape(Case.BATCH, length, count, -1).transpose(0, 2, 1, 3);
  }

  private NDArray latent(NDArray x, String name, int compressed, boolean normed) {
    NDArray latent = linear(x, name, compressed, false);
    return normed ? rmsNorm(latent, name) : latent;
  }

  private NDArray linear(NDArray x, String name, int outputs, boolean bias) {
    NDArray product = x.matMul(tensors.parameter(name + ".W", x.getShape().get(2), outputs));
    return bias ? product.add(tensors.parameter(name + ".b", 1, outputs)) : product;
  }

  /** By its formula (arXiv 1607.06450): DJL hands PyTorch's own its ε in single precision. */
  private NDArray layerNorm(NDArray x, String name) {
    NDArray centred = x.sub(x.mean(new int[] {2}, true));
    NDArray variance = centred.square().mean(new int[] {2}, true);
    return centred
        .div(variance.add(1e-5).sqrt())
        .mul(tensors.parameter(name + ".gain", 1, width))
        .add(tensors.parameter(name + ".bias", 1, width));
  }

  /** x / √(mean x² + 1e-6) · gain (arXiv 1910.07467; DeepSeek-V3's {@code rms_norm_eps}). */
  private NDArray rmsNorm(NDArray x, String name) {
    NDArray meanSquare = x.square().mean(new int[] {2}, true);
    return x.div(meanSquare.add(1e-6).sqrt())
        .mul(tensors.parameter(name + ".gain", 1, x.getShape().get(2)));
  }
}
