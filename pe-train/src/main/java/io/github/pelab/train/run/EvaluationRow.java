package io.github.pelab.train.run;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One line of {@code evaluations.jsonl}: what a trained run was later found to do on its own task,
 * or on that task with other options, or with another attention form.
 *
 * @param time of the evaluation, in ISO 8601
 * @param task its name and every option, as evaluated
 * @param length the number of tokens that all sequences were asked to have; null where the task's
 *     options alone decide
 * @param attention form, as evaluated
 * @param chance of {@code task}, and so the ceilings
 * @param result which split and checkpoint, and what was right
 */
public record EvaluationRow(
    String time,
    JsonNode task,
    @JsonSetter(nulls = Nulls.SET) Integer length,
    String attention,
    double chance,
    List<RunRecord.Ceiling> ceilings,
    MetricsRow.Evaluation result) {}
