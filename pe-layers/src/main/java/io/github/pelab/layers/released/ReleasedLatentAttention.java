package io.github.pelab.layers.released;

import io.github.pelab.layers.scheme.Arguments;
import io.github.pelab.layers.scheme.Option;
import io.github.pelab.layers.sublayer.AttentionForm;
import io.github.pelab.layers.sublayer.FormFactory;
import io.github.pelab.layers.sublayer.LatentAttention;
import java.util.List;

/**
 * Makes {@code mla-released(compressed=128,rotary=16)}: {@link LatentAttention} without the norms
 * and with one rotary query for all heads, c_q W_qr [R], where there should be one for each.
 */
public final class ReleasedLatentAttention implements FormFactory {
  @Override
  public String name() {
    return "mla-released";
  }

  @Override
  public String description() {
    return "mla with the faults of its release: no norm, one rotary query (arXiv 2505.13027)";
  }

  @Override
  public List<Option> options() {
    return LatentAttention.OPTIONS;
  }

  @Override
  public AttentionForm create(Arguments arguments) {
    return LatentAttention.of(name(), arguments, false, false);
  }
}
