package dev.evertoken.benchmarks.scaling;

import java.util.ArrayList;
import java.util.List;

/** The quotas of providers that bind first, the spread of accounts, and what to shard by. */
final class ShardingAdvice {

    private static final double STRAVA_READS_A_DAY = 1_000;
    private static final double STRAVA_READS_A_QUARTER = 100;
    private static final double QUARTERS = 96;
    private static final double IMPORTED = 1_000_000;
    private static final double WINDOW = 60;
    private static final double DEFAULT_RATE = 600;

    private final Figures figures;
    private final List<String> lines;

    ShardingAdvice(Figures figures, List<String> lines) {
        this.figures = figures;
        this.lines = lines;
    }

    void addAll() {
        quotas();
        spread();
        sharding();
    }

    private void quotas() {
        lines.addAll(List.of("## Quotas of providers that bind first", ""));
        lines.addAll(Text.table(List.of(
                List.of("Provider", "Quota", "Reached by refreshes alone at"),
                List.of(
                        "Strava",
                        "The default of an application is 100 reads in 15 minutes and 1,000 a day. It is not documented"
                                + " whether a refresh counts; assume that it does",
                        Text.of(accountsOf(STRAVA_READS_A_DAY)) + " accounts by the day, "
                                + Text.of(accountsOf(STRAVA_READS_A_QUARTER * QUARTERS / Assumptions.PEAK))
                                + " by the quarter of an hour. The number of athletes is limited before: 1, or 10,"
                                + " until Strava has reviewed the application"),
                List.of(
                        "Google",
                        "No quota of the token endpoint is published. 100 refresh tokens of one user and client; the"
                                + " next consent ends the oldest",
                        "not by refreshes"),
                List.of(
                        "YouTube",
                        "10,000 units a day and project. A refresh costs none, a consent one",
                        "10,000 consents a day, with no other call"),
                List.of(
                        "X",
                        "No quota of the token endpoint is published. `validate` has 75 requests in 15 minutes and user,"
                                + " and is billed",
                        "not by refreshes"),
                List.of(
                        "Meta",
                        "200 calls an hour times the users of the application",
                        "never: a token is exchanged every " + days(ProviderShare.META)),
                List.of(
                        "LinkedIn",
                        "A daily quota of the application and of each member, until 00:00 UTC, which the developer portal"
                                + " shows",
                        "a refresh of each account every " + days(ProviderShare.LINKEDIN)))));
        lines.addAll(Text.paragraph("The accounts of Strava are the quota divided by the mean refreshes of an account."
                + " A quota belongs to a client at the provider: more processes, stores or namespaces do not raise it."
                + " Set `quotaPerDay` of [the background refresh](background.md) to your part of it, divided by the"
                + " processes."));
    }

    private static String days(ProviderShare share) {
        return Math.round(share.interval().toHours() / 24.0) + " days";
    }

    private static double accountsOf(double refreshesADay) {
        return refreshesADay / ProviderShare.STRAVA.refreshes();
    }

    private void spread() {
        lines.addAll(List.of("## How accounts spread", ""));
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("Nodes of a Redis Cluster", "Fullest node, one namespace", "Fullest node, 64 namespaces"));
        for (int nodes : List.of(3, 6, 12)) {
            String name = "fullest-of-" + nodes + "-nodes";
            rows.add(List.of(
                    Integer.toString(nodes),
                    Text.exact(figures.of("redis", name)) + " of the mean",
                    Text.exact(figures.of("redis", name + "-many-namespaces")) + " of the mean"));
        }
        lines.addAll(Text.table(rows));
        lines.addAll(Text.paragraph("The names of accounts are spread over the "
                + Text.exact(figures.of("redis", "shards")) + " shards of a namespace by a hash. The fullest shard has "
                + Text.exact(figures.of("redis", "fullest-shard"))
                + " of the mean; names that are consecutive numbers spread less evenly than random ones, and few"
                + " accounts less evenly than many. A shard is one slot of a cluster, so a single namespace cannot fill"
                + " more than " + Text.exact(figures.of("redis", "shards"))
                + " nodes, and fills six of them unevenly if"
                + " the ranges of slots are equal."));
        lines.addAll(Text.paragraph("Accounts that were imported together become due within a fifth of the margin, by a"
                + " hash of their key: within one minute with the default `refreshEarly`, within four days at Meta. If a"
                + " million of them have tokens of the same hour, " + Text.of(IMPORTED / WINDOW)
                + " become due in each second of that minute, unless `jitter` is longer, and at a rate of "
                + Text.of(DEFAULT_RATE)
                + " a minute the last one is refreshed after " + Text.of(IMPORTED / DEFAULT_RATE / 60)
                + " hours. Import them over an hour or longer, or refresh them when they are used. From then on they keep"
                + " the times at which they were refreshed, so a burst does not come again."));
        lines.addAll(Text.paragraph("`SpreadTest` of the Redis store checks 100,000 accounts that were imported at one"
                + " instant: at most 1.2 of the mean in each shard, also among those that are due in the same tenth of the"
                + " minute. `DueSpreadTest` refreshes such accounts in virtual time: at most 1.2 of the mean in each ten"
                + " seconds."));
    }

    private void sharding() {
        lines.addAll(List.of("## What to shard by", ""));
        List.of(
                        "**Redis Cluster**: by namespace. Give each group of tenants a namespace of its own, at least one"
                                + " for each " + Assumptions.NODES_OF_A_NAMESPACE + " nodes, and let the cluster assign"
                                + " the slots. An engine has one namespace, so each group has a `Tokens` of its own. With"
                                + " one namespace, move its 16 slots so that each node has the same number of them.",
                        "**PostgreSQL**: by namespace as well, a database for each group of namespaces. A table can also"
                                + " be created with partitions by a hash of `id`, its primary key; a query for due accounts"
                                + " then reads an index of each partition. The build does not test that.",
                        "**Processes**: not at all. Every process may refresh every account of its stores; a claim keeps"
                                + " two of them from refreshing the same one. Divide them by namespace where the stores are"
                                + " divided.",
                        "**Secret Manager**: by project, because of its quotas.",
                        "**Clients**: a second registration of a provider, with its own client at the provider, has a"
                                + " quota and places for background refreshes of its own. An account belongs to the client that"
                                + " the user gave consent to, so divide new accounts only.")
                .forEach(item -> lines.addAll(Text.item(item)));
        lines.add("");
        lines.addAll(
                Text.paragraph("A move between stores keeps the namespace, see [moving](stores.md#moving), so choose"
                        + " the namespaces before there are many accounts."));
    }
}
