package dev.evertoken.benchmarks.comparison;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * The methods that run while a variant is measured, from samples of the flight recorder: time on the processor, not
 * time of waiting. Threads of the servers are left out. Not thread-safe.
 */
final class TimeProfile {

    private static final String SAMPLE = "jdk.ExecutionSample";
    private static final Duration PERIOD = Duration.ofMillis(10);
    private static final int ROWS = 10;
    private static final int MILLIS = 3000;
    private static final String OURS = "dev.evertoken.";
    private static final String BENCHMARKS = "dev.evertoken.benchmarks.";

    /** A program in a JVM of its own. */
    interface Program {
        /** Runs the program with additional options of the JVM. */
        Object run(List<String> jvmOptions) throws Exception;
    }

    private final Map<String, Integer> groups = new HashMap<>();
    private final Map<List<String>, Integer> methods = new HashMap<>();
    private int samples;

    private TimeProfile() {}

    /** Returns the profile of a program. */
    static Profile ofProgram(Program program) {
        return (ratio, extent) -> inFile(ratio, file -> {
            Object figures = program.run(List.of("-XX:StartFlightRecording=settings=profile,filename=" + file));
            if (figures == null) {
                throw new IllegalStateException("the program has no result");
            }
        });
    }

    /** Returns the profile of rounds in this JVM. */
    static Profile ofRounds(Round round) {
        return (ratio, extent) -> inFile(ratio, file -> {
            try (Recording recording = new Recording()) {
                recording.enable(SAMPLE).withPeriod(PERIOD).withStackTrace();
                recording.start();
                repeat(round, extent == Extent.TINY ? 1 : MILLIS);
                recording.stop();
                recording.dump(file);
            }
        });
    }

    private static void repeat(Round round, int millis) throws Exception {
        long started = System.nanoTime();
        double sum = 0;
        do {
            sum += round.cost();
        } while (System.nanoTime() - started < millis * 1_000_000L);
        if (Double.isNaN(sum)) {
            throw new IllegalStateException("a round has no cost");
        }
    }

    private interface Writing {
        void to(Path file) throws Exception;
    }

    private static Report.Table inFile(String ratio, Writing recording) throws Exception {
        Path file = Files.createTempFile("profile-", ".jfr");
        try {
            recording.to(file);
            TimeProfile profile = new TimeProfile();
            for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
                profile.add(event);
            }
            return profile.table(ratio);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private void add(RecordedEvent event) {
        if (!event.getEventType().getName().equals(SAMPLE) || event.getStackTrace() == null) {
            return;
        }
        List<RecordedFrame> frames = event.getStackTrace().getFrames();
        if (frames.isEmpty() || frames.stream().anyMatch(frame -> isServer(type(frame)))) {
            return;
        }
        String caller = frames.stream()
                .filter(frame -> type(frame).startsWith(OURS) && !type(frame).startsWith(BENCHMARKS))
                .findFirst()
                .map(TimeProfile::name)
                .orElse("–");
        samples++;
        groups.merge(group(type(frames.get(0))), 1, Integer::sum);
        methods.merge(List.of(name(frames.get(0)), caller), 1, Integer::sum);
    }

    private static boolean isServer(String type) {
        return type.startsWith(BENCHMARKS) && type.replaceFirst("\\$.*", "").endsWith("Server");
    }

    /** Returns the code that a class belongs to. */
    static String group(String type) {
        if (type.startsWith(BENCHMARKS)) {
            return "measurement";
        }
        if (type.startsWith(OURS)) {
            return "Evertoken";
        }
        if (type.startsWith("okhttp3.") || type.startsWith("okio.") || type.startsWith("kotlin.")) {
            return "OkHttp";
        }
        return type.matches("(java|javax|jdk|sun|com\\.sun)\\..*") ? "JDK" : "others";
    }

    private Report.Table table(String ratio) {
        List<List<String>> rows = new ArrayList<>();
        for (Map.Entry<List<String>, Integer> method : largest(methods)) {
            rows.add(List.of(
                    share(method.getValue()),
                    method.getKey().get(0),
                    method.getKey().get(1)));
        }
        StringBuilder title = new StringBuilder("Profile of " + ratio + ", " + samples + " samples");
        String separator = ": ";
        for (Map.Entry<String, Integer> group : largest(groups)) {
            title.append(separator).append(group.getKey()).append(' ').append(share(group.getValue()));
            separator = ", ";
        }
        return new Report.Table(
                title.toString(), List.of("Time", "Method", "Last method of Evertoken in the stack"), rows);
    }

    private static <K> List<Map.Entry<K, Integer>> largest(Map<K, Integer> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<K, Integer>comparingByValue().reversed())
                .limit(ROWS)
                .toList();
    }

    private String share(int part) {
        return String.format(Locale.ROOT, "%.1f %%", 100.0 * part / samples);
    }

    private static String type(RecordedFrame frame) {
        return frame.getMethod().getType().getName();
    }

    private static String name(RecordedFrame frame) {
        String type = type(frame).replaceFirst("[/+]0x.*", "");
        return "`" + type.substring(type.lastIndexOf('.') + 1) + "."
                + frame.getMethod().getName() + "`";
    }
}
