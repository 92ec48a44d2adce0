package dev.evertoken.benchmarks.comparison;

import java.util.ArrayList;
import java.util.List;

/** The torture table: what each library does with an account in trouble. */
final class Torture implements Measurement {

    private static final List<Trial> TRIALS = List.of(
            new RotationRace(),
            new FailedSave(),
            new ProviderDown(),
            new StaggeredRejections(),
            new LongLifetime(),
            new RejectingExecutor(),
            new PrintedSecrets(),
            new LongOutage(),
            new EndedGrant(),
            new HangingClient());

    @Override
    public String name() {
        return "torture";
    }

    @Override
    public void measure(Extent extent, Report report) {
        List<Library> libraries = Libraries.all();
        List<String> columns = new ArrayList<>(List.of(""));
        libraries.forEach(library -> columns.add(library.name()));
        List<List<String>> rows = new ArrayList<>();
        for (Trial trial : TRIALS) {
            List<String> row = new ArrayList<>(List.of(trial.title()));
            for (Library library : libraries) {
                row.add(played(trial, library, extent));
            }
            rows.add(row);
            report.trial(trial.name(), trial.expected(), row.get(1));
        }
        report.table(new Report.Table("Torture table", columns, rows));
    }

    private static String played(Trial trial, Library library, Extent extent) {
        try {
            return trial.play(library, extent);
        } catch (UnsupportedOperationException e) {
            return "–";
        } catch (Exception e) {
            return "fails: " + e.getClass().getSimpleName();
        }
    }
}
