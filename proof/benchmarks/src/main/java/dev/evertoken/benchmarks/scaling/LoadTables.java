package dev.evertoken.benchmarks.scaling;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The tables with a column for each number of accounts. */
final class LoadTables {

    private static final double DAY = 86_400;

    private final Figures figures;
    private final List<String> lines;

    LoadTables(Figures figures, List<String> lines) {
        this.figures = figures;
        this.lines = lines;
    }

    void addAll() {
        refreshes();
        processes();
        redis();
        postgres();
        secretManager();
        files();
    }

    private void refreshes() {
        title("Refreshes");
        Stream<List<String>> header = Stream.of(List.of(
                "",
                "Share",
                "Token lives",
                "Refreshes a day, in use",
                "Idle",
                "Refreshes a day of 1 million accounts"));
        Stream<List<String>> shares = Arrays.stream(ProviderShare.values())
                .map(share -> List.of(
                        share.title + (share.isRotating() ? ", rotating" : ""),
                        share.percent + " %",
                        lifetime(share.lifetime),
                        Text.of(share.refreshesInUse()),
                        Text.of(share.refreshesIdle()),
                        Text.of(share.refreshesOf(Load.SIZES.get(0)))));
        lines.addAll(Text.table(Stream.concat(header, shares).toList()));
        text(
                "The refreshes of an account a day are one day divided by the mean time from a refresh until the account is"
                        + " due again, which the default policy computes. Tokens that live a day or less are refreshed while the"
                        + " account is in use; idle accounts only by `keepAlive`. Longer tokens are always refreshed, those of"
                        + " Meta in the last third of their lifetime.");
        table(List.of(
                line("Refreshes a day", load -> Text.of(load.refreshesADay())),
                line("Refreshes a second, mean", load -> Text.of(load.refreshesADay() / DAY)),
                line("Refreshes a second, busiest hour", load -> Text.of(load.peak())),
                line("of which Google", load -> Text.of(Load.peak(ProviderShare.GOOGLE, load.accounts())))));
    }

    private static String lifetime(Duration lifetime) {
        return lifetime.toDays() > 0 ? lifetime.toDays() + " days" : lifetime.toHours() + " h";
    }

    private void processes() {
        title("Processes");
        table(List.of(
                line("Processes, by processor time", load -> Text.units(load.processesByProcessor())),
                line(
                        "Processes, if requests start all refreshes",
                        load -> Text.units(load.processesByClient(Assumptions.REQUESTED_AT_ONCE))),
                line(
                        "Processes, if all are refreshed in the background",
                        load -> Text.units(load.processesByClient(Assumptions.BACKGROUND_AT_ONCE))),
                line("`ratePerMinute` of Google in each of them, at least", load -> Text.of(perProcess(load)))));
        text("The number by processor time is the refreshes a second, times the processor time of one, divided by what"
                + " the processors of a process may use. The other two are the refreshes a second of the busiest client"
                + " times the duration of a response, which is the number of requests in flight, divided by those that a"
                + " process makes at the same time. The largest one counts. A refresh waits for the provider most of the"
                + " time, so with background refreshes the " + Assumptions.BACKGROUND_AT_ONCE
                + " places of a client, the default of `maxConcurrent`, bind first, long before the processor, and"
                + " then the default `ratePerMinute` of 600. With a `maxConcurrent` of 64 the number of processes is"
                + " the one for requests.");
    }

    private static double perProcess(Load load) {
        double processes = Math.ceil(load.processesByClient(Assumptions.BACKGROUND_AT_ONCE));
        return 60 * Load.peak(ProviderShare.GOOGLE, load.accounts()) / Math.max(1, processes);
    }

    private void redis() {
        title("Redis");
        table(List.of(
                line("Memory of the records", load -> Text.bytes(load.bytes("redis"))),
                line("Requests a second, busiest hour", load -> Text.of(load.redisRequests())),
                line("Nodes, without replicas", load -> Text.units(load.redisNodes())),
                line(
                        "Namespaces, at least",
                        load -> Text.units(load.redisNodes() / Assumptions.NODES_OF_A_NAMESPACE))));
        text("Memory is accounts times bytes of a record; nodes are the larger one of memory divided by `REDIS_NODE_GB`"
                + " and requests divided by `REDIS_SCRIPTS`. Memory binds first. Leave as much again for the copy that"
                + " a rewrite of the append-only file needs. Where a replica is"
                + " connected, the claim of a rotating account is one more request. For the last row see"
                + " [what to shard by](#what-to-shard-by).");
    }

    private void postgres() {
        title("PostgreSQL");
        table(List.of(
                line("Rows", load -> Text.of((double) load.accounts())),
                line("Disk, with indexes", load -> Text.bytes(load.bytes("postgres"))),
                line("Updated rows a day", load -> Text.of(load.postgresRowsWritten())),
                line("Statements a second, busiest hour", load -> Text.of(load.postgresStatements())),
                line("Write-ahead log a day", load -> Text.bytes(load.postgresLogBytes())),
                line("Primaries", load -> Text.units(load.postgresPrimaries()))));
        text("A refresh updates its row twice, for the claim and for the settlement. The second one also changes the"
                + " index of due accounts. Autovacuum has to keep up with both. Statements are those of refreshes"
                + " in the background; primaries are statements divided by `POSTGRES_STATEMENTS`. Claims need the"
                + " primary, so replicas add nothing.");
    }

    private void secretManager() {
        title("Secret Manager");
        table(List.of(
                line("Active versions", load -> Text.of(load.secretVersions())),
                line("USD a month", load -> Text.of(load.secretBill())),
                line("Writes a minute, busiest hour", load -> Text.of(load.secretWritesAMinute())),
                line("Reads of metadata a minute, busiest hour", load -> Text.of(load.secretReadsAMinute())),
                line("Projects", load -> Text.units(load.secretProjects()))));
        text(
                "An account has " + count("active-versions-static") + " active version, or "
                        + count("active-versions-rotating")
                        + " if its refresh token is rotated. Accesses and reads are those of"
                        + " refreshes and of the checks of accounts in use, in one process: each further process that uses an"
                        + " account checks it too, and refreshes it too if its refresh token is not rotated. The quotas are"
                        + " those of a project, and the last row is the number of projects that the busier one requires. So Secret"
                        + " Manager is no authority for a million accounts. Use it for accounts by the thousand, or as a copy in a [chain](stores.md#chains).");
    }

    private void files() {
        title("Files and memory");
        table(List.of(
                line("Disk of a file store", load -> Text.bytes(load.bytes("file"))),
                line("Its files", load -> Text.of(load.accounts() * figures.of("file", "files-per-record"))),
                line("Heap of a memory store", load -> Text.bytes(load.bytes("memory")))));
        text(
                "Both are stores of one host, so their limit is not the size: they cannot be divided among machines. The heap"
                        + " of a process with another store depends on `cacheSize` and not on the number of accounts.");
    }

    private String count(String name) {
        return Text.exact(figures.of("secrets", name));
    }

    // ---- forms

    private void title(String title) {
        lines.add("## " + title);
        lines.add("");
    }

    private void text(String text) {
        lines.addAll(Text.paragraph(text));
    }

    private List<String> line(String title, Function<Load, String> cell) {
        return Stream.concat(Stream.of(title), Load.SIZES.stream().map(size -> cell.apply(new Load(figures, size))))
                .toList();
    }

    private void table(List<List<String>> rows) {
        List<String> header = Stream.concat(
                        Stream.of("Accounts"), Load.SIZES.stream().map(Text::of))
                .toList();
        lines.addAll(Text.table(Stream.concat(Stream.of(header), rows.stream()).toList()));
    }
}
