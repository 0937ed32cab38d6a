package io.github.pelab.tasks;

import java.util.List;
import org.nd4j.linalg.dataset.DataSet;

/**
 * A batch and the examples that it was made of, row by row, so that a result can be told by slice.
 *
 * <p>Shapes, with B batch, T time (the longest example of this batch): features [B, T], token ids;
 * features mask [B, T], 1 for a token and 0 for padding, which is at the right; labels [B,
 * classes], one-hot; no labels mask. All FLOAT.
 */
public record TaskBatch(DataSet data, List<Example> examples) {

  /** Keeps an unmodifiable copy of the list. */
  public TaskBatch {
    examples = List.copyOf(examples);
  }
}
