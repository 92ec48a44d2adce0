package dev.evertoken.benchmarks.scaling;

import com.sun.management.OperatingSystemMXBean;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The costs of the stores of one process and of one host, and the processor time of a refresh. */
final class LocalCosts {

    private static final int IN_MEMORY = 20_000;
    private static final int IN_FILES = 1_000;
    private static final int BLOCK = 4_096;
    private static final int DUE = 4_000;

    private LocalCosts() {}

    static void memory(StoreCosts costs) {
        InMemoryTokenStore store = new InMemoryTokenStore();
        try (MeasuredEngine engine = new MeasuredEngine(store)) {
            engine.importMix(0, 100);
            long before = usedHeap();
            engine.importMix(100, IN_MEMORY);
            costs.add("memory", "records", IN_MEMORY);
            costs.add("memory", "bytes-per-record", Math.rint((double) (usedHeap() - before) / (IN_MEMORY - 100)));
            operations(costs, "memory", store);
            processorTime(costs, engine);
        }
    }

    private static long usedHeap() {
        for (int n = 0; n < 3; n++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Includes the mock provider, which is in this process, but no TLS. */
    private static void processorTime(StoreCosts costs, MeasuredEngine engine) {
        engine.importExpired(ProviderShare.X, 0, DUE);
        engine.sweep(DUE);
        engine.importExpired(ProviderShare.X, DUE, 2 * DUE);
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = system.getProcessCpuTime();
        engine.sweep(DUE);
        costs.add("engine", "cpu-ms-per-refresh", (system.getProcessCpuTime() - before) / 1e6 / DUE);
    }

    static void files(StoreCosts costs) throws IOException {
        Path folder = Files.createTempDirectory("store-costs-");
        try (FileTokenStore store = FileTokenStore.open(folder, MeasuredEngine.NAMESPACE);
                MeasuredEngine engine = new MeasuredEngine(store)) {
            long blocksBefore = blocks(folder);
            long filesBefore = sizes(folder).size();
            engine.importMix(0, IN_FILES);
            costs.add("file", "records", IN_FILES);
            costs.add("file", "bytes-per-record", (double) (blocks(folder) - blocksBefore) * BLOCK / IN_FILES);
            costs.add("file", "files-per-record", (double) (sizes(folder).size() - filesBefore) / IN_FILES);
            operations(costs, "file", store);
        } finally {
            remove(folder);
        }
    }

    private static void operations(StoreCosts costs, String name, TokenStore store) {
        CountedStore counted = new CountedStore(store);
        try (MeasuredEngine engine = new MeasuredEngine(counted)) {
            for (ProviderShare share : List.of(ProviderShare.X, ProviderShare.GOOGLE)) {
                String suffix = share.isRotating() ? "-rotating" : "-static";
                engine.warm(share);
                costs.add(name, "reads" + suffix, engine.leastOfARefresh(share, counted::takeReads));
                costs.add(name, "writes" + suffix, engine.leastOfARefresh(share, counted::takeWrites));
            }
        }
    }

    private static long blocks(Path folder) throws IOException {
        return sizes(folder).stream()
                .mapToLong(size -> (size + BLOCK - 1) / BLOCK)
                .sum();
    }

    private static List<Long> sizes(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).map(LocalCosts::size).toList();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(file -> file.delete());
        }
    }
}
