package dev.evertoken.benchmarks.scaling;

import dev.evertoken.store.redis.RedisTokenStore;
import dev.evertoken.store.redis.server.RedisProcess;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;
import redis.clients.jedis.util.JedisClusterCRC16;

/** The costs of a real Redis server, and how the keys spread over the nodes of a cluster. */
final class RedisCosts {

    private static final int RECORDS = 20_000;
    private static final int DUE = 200;
    private static final int SLOTS = 16_384;
    private static final int NAMESPACES = 64;
    private static final String ONE_TAG = MeasuredEngine.NAMESPACE + "/";

    private RedisCosts() {}

    static void measure(StoreCosts costs) throws Exception {
        try (RedisProcess server = RedisProcess.start();
                Jedis admin = server.admin();
                RedisTokenStore store = RedisTokenStore.open(server.location(), MeasuredEngine.NAMESPACE);
                MeasuredEngine engine = new MeasuredEngine(store)) {
            engine.importMix(0, 100);
            long before = usedMemory(admin);
            engine.importMix(100, RECORDS);
            costs.add("redis", "records", RECORDS);
            costs.add("redis", "bytes-per-record", Math.rint((usedMemory(admin) - before) / (RECORDS - 100.0)));
            List<String> keys = keys(admin);
            costs.add("redis", "bytes-per-record-key", Math.rint(memory(admin, keys, "}:record:")));
            costs.add("redis", "bytes-per-record-due", Math.rint(memory(admin, keys, "}:due:")));
            spread(costs, keys.stream().filter(key -> key.contains("}:record:")).toList());
            requests(costs, server, engine);
        }
    }

    private static long usedMemory(Jedis admin) {
        return admin.info("memory")
                .lines()
                .filter(line -> line.startsWith("used_memory_dataset:"))
                .mapToLong(line -> Long.parseLong(line.split(":", 2)[1].strip()))
                .findFirst()
                .orElseThrow();
    }

    /** Returns the bytes of all keys of a kind, divided by the records. */
    private static double memory(Jedis admin, List<String> keys, String kind) {
        return keys.stream()
                        .filter(key -> key.contains(kind))
                        .mapToLong(key -> admin.memoryUsage(key, 0))
                        .sum()
                / (double) RECORDS;
    }

    private static List<String> keys(Jedis admin) {
        List<String> all = new ArrayList<>();
        ScanResult<String> page = admin.scan("0", new ScanParams().count(1_000));
        all.addAll(page.getResult());
        while (!page.isCompleteIteration()) {
            page = admin.scan(page.getCursor(), new ScanParams().count(1_000));
            all.addAll(page.getResult());
        }
        return all.stream().distinct().toList();
    }

    /** The fullest shard, and the fullest node of clusters whose nodes have equal ranges of slots. */
    private static void spread(StoreCosts costs, List<String> records) {
        Map<String, Long> shards = counted(records, RedisCosts::tag);
        costs.add("redis", "shards", shards.size());
        costs.add("redis", "fullest-shard", fullest(shards, shards.size()));
        for (int nodes : List.of(3, 6, 12)) {
            costs.add("redis", "fullest-of-" + nodes + "-nodes", fullestNode(shards, nodes, 1));
            costs.add(
                    "redis", "fullest-of-" + nodes + "-nodes-many-namespaces", fullestNode(shards, nodes, NAMESPACES));
        }
    }

    private static String tag(String key) {
        return key.substring(key.indexOf('{') + 1, key.indexOf('}'));
    }

    /** Other namespaces have tags of the same form, and the same distribution over their shards. */
    private static double fullestNode(Map<String, Long> shards, int nodes, int namespaces) {
        Map<Integer, Long> load = IntStream.range(0, namespaces)
                .boxed()
                .flatMap(n -> shards.entrySet().stream()
                        .map(shard -> Map.entry(
                                node(
                                        shard.getKey()
                                                .replace(ONE_TAG, namespaces == 1 ? ONE_TAG : "tenant-" + n + "/"),
                                        nodes),
                                shard.getValue())))
                .collect(Collectors.groupingBy(Map.Entry::getKey, Collectors.summingLong(Map.Entry::getValue)));
        return fullest(load, nodes);
    }

    private static int node(String tag, int nodes) {
        return JedisClusterCRC16.getSlot("{" + tag + "}") * nodes / SLOTS;
    }

    private static Map<String, Long> counted(List<String> keys, Function<String, String> group) {
        return keys.stream().collect(Collectors.groupingBy(group, Collectors.counting()));
    }

    private static double fullest(Map<?, Long> parts, int number) {
        double mean = parts.values().stream().mapToLong(Long::longValue).sum() / (double) number;
        return Collections.max(parts.values()) / mean;
    }

    private static void requests(StoreCosts costs, RedisProcess server, MeasuredEngine engine) throws Exception {
        try (RedisMonitor monitor = RedisMonitor.of(server)) {
            for (ProviderShare share : List.of(ProviderShare.X, ProviderShare.GOOGLE)) {
                String suffix = share.isRotating() ? "-rotating" : "-static";
                engine.warm(share);
                costs.add("redis", "round-trips" + suffix, engine.leastOfARefresh(share, monitor::takeRequests));
                costs.add("redis", "commands" + suffix, engine.leastOfARefresh(share, monitor::takeCommands));
                engine.importExpired(share, 0, DUE);
                monitor.takeRequests();
                engine.sweep(DUE);
                costs.add("redis", "background-round-trips" + suffix, monitor.takeRequests() / (double) DUE);
            }
        }
    }
}
