package dev.evertoken.benchmarks.scaling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes {@code docs/scaling.md} from the measured figures: {@code mvn -q -Pscaling -pl proof/benchmarks -am package}.
 * The arguments are the file of the figures and the document.
 */
final class ScalingDocument {

    private final Figures figures;
    private final List<String> lines = new ArrayList<>();

    private ScalingDocument(Figures figures) {
        this.figures = figures;
    }

    public static void main(String[] arguments) throws IOException {
        Files.writeString(Path.of(arguments[1]), text(Figures.read(Path.of(arguments[0]))));
    }

    /** Returns the document for these figures. */
    static String text(Figures figures) {
        ScalingDocument document = new ScalingDocument(figures);
        document.introduction();
        document.costs();
        new LoadTables(figures, document.lines).addAll();
        new ShardingAdvice(figures, document.lines).addAll();
        document.assumptions();
        return String.join("\n", document.lines) + "\n";
    }

    private void introduction() {
        lines.addAll(List.of("# Past one machine", ""));
        lines.addAll(Text.paragraph("What 1, 10 and 100 million accounts need: computed, not measured. The costs of one"
                + " record and of one refresh are measured on real servers, everything else is multiplication with the"
                + " [assumptions](#assumptions) at the end. The figures have three digits, and are not more exact than"
                + " the assumptions. Replace them by yours before you order anything."));
        lines.addAll(Text.paragraph("This page is written by a program. `mvn -q -Pstore-costs -pl proof/benchmarks -am"
                + " package` measures the costs and writes them to `proof/benchmarks/results/store-costs.txt`;"
                + " `mvn -q -Pscaling -pl proof/benchmarks -am package` writes this page from that file. The assumptions"
                + " are constants of the classes `Assumptions` and `ProviderShare` of the same module."));
    }

    private void costs() {
        lines.addAll(List.of("## The costs of a record and of a refresh", ""));
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "memory", "file", "Redis", "PostgreSQL", "Secret Manager"));
        rows.add(row("Bytes of a record", "bytes-per-record", "memory", "file", "redis", "postgres"));
        rows.add(row("Refresh of a rotating account", "-rotating"));
        rows.add(row("Refresh of an account whose refresh token is not rotated", "-static"));
        rows.add(List.of(
                "Refresh in the background, rotating",
                "",
                "",
                trips("redis", "background-round-trips-rotating"),
                trips("postgres", "background-round-trips-rotating"),
                ""));
        lines.addAll(Text.table(rows));
        lines.addAll(
                Text.paragraph("The records are sealed, have the mix of providers below, and include their share of"
                        + " the index of due accounts: in Redis "
                        + figure("redis", "bytes-per-record-due") + " bytes of it, in PostgreSQL "
                        + figure("postgres", "bytes-per-record-indexes")
                        + " bytes of indexes. A record in files occupies whole"
                        + " blocks of 4,096 bytes, and has an empty second file for the time at which it is due. The bytes in"
                        + " memory include what an engine keeps for the account. PostgreSQL is measured after `VACUUM`; until then each refresh"
                        + " leaves two dead rows of about "
                        + figure("postgres", "bytes-per-record") + " bytes. Its write-ahead log grows by "
                        + figure("postgres", "log-bytes-rotating")
                        + " bytes for each refresh. In Redis a refresh executes "
                        + figure("redis", "commands-rotating") + " commands within its round trips."));
        lines.addAll(Text.paragraph(
                "A refresh in the background reads the record two more times, and has a share of the queries for"
                        + " due accounts. An engine needs " + figure("engine", "cpu-ms-per-refresh")
                        + " ms of processor time for a refresh; this includes the mock provider, which is in the same process,"
                        + " and no TLS. Fresh tokens cost nothing in the store: they are served from memory, see"
                        + " [the benchmarks](../proof/benchmarks/README.md)."));
    }

    private List<String> row(String title, String name, String... stores) {
        return Stream.of(Stream.of(title), Stream.of(stores).map(store -> figure(store, name)), Stream.of("one secret"))
                .flatMap(cells -> cells)
                .toList();
    }

    private List<String> row(String title, String suffix) {
        return List.of(
                title,
                operations("memory", suffix),
                operations("file", suffix),
                trips("redis", "round-trips" + suffix),
                trips("postgres", "round-trips" + suffix),
                operations("secrets", suffix) + ", "
                        + Text.counted(figures.of("secrets", "accesses" + suffix), "access"));
    }

    private String operations(String store, String suffix) {
        return Text.counted(figures.of(store, "reads" + suffix), "read") + ", "
                + Text.counted(figures.of(store, "writes" + suffix), "write");
    }

    private String trips(String store, String name) {
        return Text.counted(figures.of(store, name), "round trip");
    }

    private String figure(String store, String name) {
        return Text.exact(figures.of(store, name));
    }

    private void assumptions() {
        lines.addAll(List.of("## Assumptions", ""));
        Assumptions.sentences().forEach(sentence -> lines.addAll(Text.item(sentence)));
        lines.addAll(Text.item("`ProviderShare`: the shares of the providers, the lifetimes of their tokens, and their"
                + " lengths, which decide about the bytes of a record. Refreshes follow the default policy with"
                + " `refreshEarly` of 5 minutes."));
    }
}
