package dev.evertoken.benchmarks.comparison;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The bytes of the reachable objects of this JVM by class, as {@code jcmd GC.class_histogram} prints them. Immutable.
 */
record HeapHistogram(Map<String, Long> bytes) {

    static HeapHistogram now() throws JMException {
        Object text = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return of(String.valueOf(text).lines().toList());
    }

    /** Reads lines such as {@code 1: 42 1008 java.lang.String (java.base@17)}; skips others. */
    static HeapHistogram of(List<String> lines) {
        Map<String, Long> bytes = new HashMap<>();
        for (String line : lines) {
            String[] parts = line.strip().split("\\s+", -1);
            if (parts.length >= 4 && parts[0].endsWith(":")) {
                bytes.merge(parts[3], Long.parseLong(parts[2]), Long::sum);
            }
        }
        return new HeapHistogram(bytes);
    }

    /** Returns the bytes that were added since an earlier histogram. */
    HeapHistogram since(HeapHistogram before) {
        Map<String, Long> added = new HashMap<>();
        bytes.forEach((type, size) -> added.put(type, size - before.bytes.getOrDefault(type, 0L)));
        return new HeapHistogram(added);
    }

    /** Returns the largest classes, largest first. */
    List<Map.Entry<String, Long>> largest(int count) {
        return bytes.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(count)
                .toList();
    }
}
