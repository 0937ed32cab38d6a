package io.github.pelab.cli.report;

import io.github.pelab.ablation.formation.FormationRow;
import java.util.List;

/**
 * What a run's heads were worth during training.
 *
 * @param run the run's {@link ReportData.Run#id()}
 * @param epochs in order
 */
public record RunFormation(String run, List<FormationRow> epochs) {}
