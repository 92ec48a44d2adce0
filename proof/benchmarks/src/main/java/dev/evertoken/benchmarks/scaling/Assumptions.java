package dev.evertoken.benchmarks.scaling;

import java.util.List;

/** The assumptions of the document: change a figure here, and write the document again. */
final class Assumptions {

    static final double IN_USE = 0.30;
    static final int KEEP_ALIVE_DAYS = 30;
    static final double PEAK = 2;
    static final double PROVIDER_SECONDS = 0.3;
    static final int BACKGROUND_AT_ONCE = 4;
    static final int REQUESTED_AT_ONCE = 64;
    static final double CORE_SHARE = 0.5;
    static final int CORES = 2;
    static final double REDIS_NODE_GB = 16;
    static final double REDIS_SCRIPTS = 20_000;
    static final double POSTGRES_STATEMENTS = 10_000;
    static final double VERSION_USD = 0.06;
    static final double ACCESSES_USD = 0.03 / 10_000;
    static final int SECRET_WRITES_A_MINUTE = 600;
    static final int SECRET_READS_A_MINUTE = 600;
    static final int RECHECKS_A_DAY = 144;
    static final int NODES_OF_A_NAMESPACE = 4;

    private Assumptions() {}

    /** Returns a sentence for each assumption, with its name in this class. */
    static List<String> sentences() {
        return List.of(
                sentence(
                        "IN_USE",
                        Text.percent(IN_USE) + " of the accounts are in use around the clock; nobody uses the others"),
                sentence(
                        "KEEP_ALIVE_DAYS",
                        "an idle account with tokens of a day or less is refreshed every " + KEEP_ALIVE_DAYS
                                + " days, the default of `keepAlive`"),
                sentence("PEAK", "the busiest hour has " + Text.of(PEAK) + " times the mean load"),
                sentence("PROVIDER_SECONDS", "a provider responds within " + Text.of(PROVIDER_SECONDS) + " s"),
                sentence(
                        "BACKGROUND_AT_ONCE",
                        "a process makes " + BACKGROUND_AT_ONCE
                                + " background refreshes of a client at the same time, which is fixed"),
                sentence(
                        "REQUESTED_AT_ONCE",
                        "a process makes " + REQUESTED_AT_ONCE
                                + " requested refreshes of a client at the same time, the default of"
                                + " `refreshesPerClient`; each provider has one client"),
                sentence(
                        "CORES, CORE_SHARE",
                        "a process has " + CORES + " processors, of which refreshes may use "
                                + Text.percent(CORE_SHARE)),
                sentence(
                        "REDIS_NODE_GB",
                        "a node of Redis holds " + Text.of(REDIS_NODE_GB)
                                + " GB of records; a replica of each doubles the bill, not the number of shards"),
                sentence("REDIS_SCRIPTS", "a node of Redis executes " + Text.of(REDIS_SCRIPTS) + " requests a second"),
                sentence(
                        "POSTGRES_STATEMENTS",
                        "a primary of PostgreSQL executes " + Text.of(POSTGRES_STATEMENTS)
                                + " statements a second, half of them updates"),
                sentence(
                        "VERSION_USD, ACCESSES_USD",
                        "Secret Manager takes " + Text.of(VERSION_USD) + " USD a month for an active version and "
                                + Text.of(ACCESSES_USD * 10_000)
                                + " USD for 10,000 accesses, see [stores](stores.md#costs)"),
                sentence(
                        "SECRET_WRITES_A_MINUTE, SECRET_READS_A_MINUTE",
                        "Secret Manager allows " + SECRET_WRITES_A_MINUTE + " writes and " + SECRET_READS_A_MINUTE
                                + " reads of metadata a minute and project"),
                sentence(
                        "RECHECKS_A_DAY",
                        "an account in use is checked " + RECHECKS_A_DAY
                                + " times a day in one process, the default of `recheckEvery`; a check of Secret Manager is a read"
                                + " of metadata and an access"),
                sentence(
                        "NODES_OF_A_NAMESPACE",
                        "there is a namespace for each " + NODES_OF_A_NAMESPACE + " nodes of a Redis Cluster"));
    }

    private static String sentence(String name, String text) {
        return "`" + name.replace(", ", "` and `") + "`: " + text + ".";
    }
}
