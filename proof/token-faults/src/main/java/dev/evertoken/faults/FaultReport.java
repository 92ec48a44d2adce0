package dev.evertoken.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes the outcome of every test that carries a {@link Fault}, or a tag that starts with {@value #TAG}: one line with
 * id, outcome, test and reason, separated by tabs, in a separate file for each JVM.
 *
 * <p>The JUnit Platform discovers this listener. It writes to the folder in the system property {@value #FOLDER}, and
 * does nothing if the property is not set. Thread-safe.
 */
public final class FaultReport implements TestExecutionListener {
    /** The system property that names the folder to write to. */
    public static final String FOLDER = "evertoken.faults";

    /** The prefix of a JUnit tag that names a row, for published tests, which cannot depend on {@link Fault}. */
    public static final String TAG = "fault:";

    private static final int LONGEST = 200;

    private enum Outcome {
        GREEN,
        RED,
        DISABLED
    }

    private final @Nullable Path file;
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private volatile @Nullable TestPlan plan;

    /** Called by the JUnit Platform, which creates listeners with their no-argument constructor. */
    public FaultReport() {
        this(folderOfThisRun());
    }

    FaultReport(@Nullable Path folder) {
        this.file = folder == null ? null : folder.resolve(UUID.randomUUID() + ".tsv");
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
    }

    @Override
    public void executionSkipped(TestIdentifier skipped, String reason) {
        recordAllBelow(skipped, Outcome.DISABLED, reason);
    }

    /**
     * Records the outcome of a test. A container counts only if it failed or was aborted, because some or all of its
     * tests did not run. A template without invocations is not recorded, so that its ids are missing rather than green.
     */
    @Override
    public void executionFinished(TestIdentifier finished, TestExecutionResult result) {
        String reason = result.getThrowable().map(FaultReport::nameAndMessage).orElse("");
        switch (result.getStatus()) {
            case SUCCESSFUL -> {
                if (finished.isTest()) {
                    record(finished, Outcome.GREEN, reason);
                }
            }
            case ABORTED -> recordAllBelow(finished, Outcome.DISABLED, reason);
            case FAILED -> recordAllBelow(finished, Outcome.RED, reason);
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan finished) {
        plan = null;
        List<String> written = new ArrayList<>();
        for (String line = lines.poll(); line != null; line = lines.poll()) {
            written.add(line);
        }
        if (file != null && !written.isEmpty()) {
            append(file, written);
        }
    }

    private void recordAllBelow(TestIdentifier top, Outcome outcome, String reason) {
        record(top, outcome, reason);
        TestPlan running = plan;
        if (running != null) {
            running.getDescendants(top).forEach(below -> record(below, outcome, reason));
        }
    }

    private void record(TestIdentifier test, Outcome outcome, String reason) {
        if (file == null) {
            return;
        }
        methodOf(test).ifPresent(method -> {
            String name = nameOf(test, method);
            for (String id : idsOf(test, method)) {
                lines.add(
                        String.join("\t", id, outcome.name().toLowerCase(Locale.ROOT), oneLine(name), oneLine(reason)));
            }
        });
    }

    /** Returns the test method. An invocation of a template or a dynamic test belongs to the method that created it. */
    private Optional<MethodSource> methodOf(TestIdentifier test) {
        TestPlan running = plan;
        Optional<TestIdentifier> at = Optional.of(test);
        while (at.isPresent()) {
            if (at.get().getSource().orElse(null) instanceof MethodSource method) {
                return Optional.of(method);
            }
            at = running == null ? Optional.empty() : at.flatMap(running::getParent);
        }
        return Optional.empty();
    }

    private static Set<String> idsOf(TestIdentifier test, MethodSource source) {
        Set<String> ids = new LinkedHashSet<>();
        for (TestTag tag : test.getTags()) {
            if (tag.getName().startsWith(TAG)) {
                ids.add(tag.getName().substring(TAG.length()));
            }
        }
        Method method = source.getJavaMethod();
        addIds(ids, method.getAnnotation(Fault.class));
        for (Class<?> at = source.getJavaClass(); at != null; at = at.getEnclosingClass()) {
            addIds(ids, at.getAnnotation(Fault.class));
        }
        return ids;
    }

    private static void addIds(Collection<String> ids, @Nullable Fault fault) {
        if (fault != null) {
            ids.addAll(List.of(fault.value()));
        }
    }

    private static String nameOf(TestIdentifier test, MethodSource method) {
        String className = method.getClassName();
        String name = className.substring(className.lastIndexOf('.') + 1) + "." + method.getMethodName();
        return isOneOfMany(test) ? name + " " + test.getDisplayName() : name;
    }

    private static boolean isOneOfMany(TestIdentifier test) {
        String kind = test.getUniqueIdObject().getLastSegment().getType();
        return kind.endsWith("invocation") || kind.startsWith("dynamic");
    }

    private static String nameAndMessage(Throwable problem) {
        String name = problem.getClass().getSimpleName();
        return problem.getMessage() == null ? name : name + ": " + problem.getMessage();
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\s+", " ").replaceAll("\\p{Cs}", "?").strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }

    private static void append(Path file, List<String> lines) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("fault outcomes could not be written to " + file, e);
        }
    }

    private static @Nullable Path folderOfThisRun() {
        String folder = System.getProperty(FOLDER);
        return folder == null || folder.isBlank() ? null : Path.of(folder);
    }
}
