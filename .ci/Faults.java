import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares the fault plan with the tests of the last build, and lists the green rows, the disabled tests, and the
 * missing rows with their owners. Fails if a row is red, if a test names a row that does not exist, or if a
 * missing row has no owner.
 */
final class Faults {
    private enum State {
        GREEN,
        RED,
        DISABLED,
        MISSING
    }

    private record Row(String id, String owner, String promise) {
        boolean isOwned() {
            return !owner.equals("-");
        }
    }

    private record Outcome(String id, State state, String test, String reason) {}

    private final Map<String, Row> plan;
    private final Map<String, List<Outcome>> outcomes;

    private Faults(Map<String, Row> plan, List<Outcome> outcomes) {
        this.plan = plan;
        this.outcomes =
                outcomes.stream().collect(Collectors.groupingBy(Outcome::id, LinkedHashMap::new, Collectors.toList()));
    }

    public static void main(String[] args) throws IOException {
        Path checkout = Path.of(args.length > 0 ? args[0] : "");
        Map<String, Row> plan = readPlan(checkout.resolve(".ci/faults.plan"));
        Faults faults = new Faults(plan, readOutcomes(checkout));
        System.exit(faults.report() ? 0 : 1);
    }

    /** Prints the report; true if nothing in it is wrong. */
    private boolean report() {
        printTable();
        printMissing();
        printTests("disabled", State.DISABLED);
        printTests("red", State.RED);
        boolean sound = printMistakes();
        System.out.printf(
                "faults: %d green, %d disabled, %d missing of %d%n",
                count(State.GREEN), count(State.DISABLED), count(State.MISSING), plan.size());
        return sound && count(State.RED) == 0;
    }

    /** A row is as good as its worst test: one red makes it red, one disabled leaves it unproven. */
    private State state(String id) {
        Set<State> seen = outcomes.getOrDefault(id, List.of()).stream()
                .map(Outcome::state)
                .collect(Collectors.toSet());
        return Stream.of(State.RED, State.DISABLED, State.GREEN)
                .filter(seen::contains)
                .findFirst()
                .orElse(State.MISSING);
    }

    private void printTable() {
        Map<String, List<Row>> groups = new TreeMap<>();
        plan.values()
                .forEach(row -> groups.computeIfAbsent(row.id().substring(0, 1), g -> new ArrayList<>())
                        .add(row));
        System.out.println("group  rows  green  disabled  missing  red");
        groups.forEach((group, rows) -> System.out.printf(
                "%-5s  %4d  %5d  %8d  %7d  %3d%n",
                group,
                rows.size(),
                count(rows, State.GREEN),
                count(rows, State.DISABLED),
                count(rows, State.MISSING),
                count(rows, State.RED)));
    }

    private void printMissing() {
        Map<String, List<String>> byOwner = new TreeMap<>();
        plan.values().stream()
                .filter(row -> state(row.id()) == State.MISSING && row.isOwned())
                .forEach(row -> byOwner.computeIfAbsent(row.owner(), owner -> new ArrayList<>())
                        .add(row.id()));
        if (!byOwner.isEmpty()) {
            System.out.println("missing, by owner");
            byOwner.forEach((owner, ids) -> System.out.println("  " + owner + ": " + String.join(" ", ids)));
        }
    }

    private void printTests(String title, State state) {
        List<Outcome> tests = outcomes.values().stream()
                .flatMap(Collection::stream)
                .filter(outcome -> outcome.state() == state)
                .toList();
        if (!tests.isEmpty()) {
            System.out.println(title);
            tests.forEach(t -> System.out.println("  " + t.id() + "  " + t.test() + ": " + t.reason()));
        }
    }

    private boolean printMistakes() {
        List<String> unknown = outcomes.values().stream()
                .flatMap(Collection::stream)
                .filter(outcome -> !plan.containsKey(outcome.id()))
                .map(outcome -> outcome.id() + " in " + outcome.test())
                .distinct()
                .toList();
        List<String> lost = rows(row -> state(row.id()) == State.MISSING && !row.isOwned());
        List<String> done = rows(row -> state(row.id()) == State.GREEN && row.isOwned());
        printList("not in the plan, but named by a test", unknown);
        printList("missing, and nobody owns it", lost);
        printList("green: its owner in the plan can become \"-\"", done);
        return unknown.isEmpty() && lost.isEmpty();
    }

    private static void printList(String title, List<String> entries) {
        if (!entries.isEmpty()) {
            System.out.println(title);
            entries.forEach(entry -> System.out.println("  " + entry));
        }
    }

    private List<String> rows(Predicate<Row> which) {
        return plan.values().stream()
                .filter(which)
                .map(row -> row.id() + "  " + row.promise())
                .toList();
    }

    private long count(State state) {
        return count(plan.values(), state);
    }

    private long count(Collection<Row> rows, State state) {
        return rows.stream().filter(row -> state(row.id()) == state).count();
    }

    private static Map<String, Row> readPlan(Path file) throws IOException {
        Map<String, Row> plan = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] cells = line.split("\\|", 3);
            if (cells.length != 3 || Stream.of(cells).anyMatch(String::isBlank)) {
                throw new IllegalStateException("not \"id | owner | promise\": " + line);
            }
            Row row = new Row(cells[0].strip(), cells[1].strip(), cells[2].strip());
            if (plan.put(row.id(), row) != null) {
                throw new IllegalStateException("twice in the plan: " + row.id());
            }
        }
        return plan;
    }

    private static List<Outcome> readOutcomes(Path checkout) throws IOException {
        Set<Outcome> outcomes = new LinkedHashSet<>();
        for (Path file : outcomeFiles(checkout)) {
            for (String line : Files.readAllLines(file)) {
                String[] cells = line.split("\t", -1);
                outcomes.add(new Outcome(cells[0], State.valueOf(cells[1].toUpperCase()), cells[2], cells[3]));
            }
        }
        return List.copyOf(outcomes);
    }

    private static List<Path> outcomeFiles(Path checkout) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path module : modules(checkout.toAbsolutePath())) {
            Path folder = module.resolve("target/faults");
            if (Files.isDirectory(folder)) {
                try (var found = Files.newDirectoryStream(folder, "*.tsv")) {
                    found.forEach(files::add);
                }
            }
        }
        files.sort(null);
        return files;
    }

    /** Modules stand at the top of the checkout or one folder below, such as in {@code proof}. */
    private static List<Path> modules(Path checkout) throws IOException {
        try (Stream<Path> folders =
                Files.find(checkout, 2, (folder, attributes) -> Files.isRegularFile(folder.resolve("pom.xml")))) {
            return folders.toList();
        }
    }
}
