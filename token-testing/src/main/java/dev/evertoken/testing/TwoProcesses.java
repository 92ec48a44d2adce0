package dev.evertoken.testing;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Two {@link ChildJvm}s of one program on one folder, let go at the same moment.
 *
 * <p>The program gets the folder, its own name ({@code a} or {@code b}) and the further arguments, prepares
 * itself, and calls {@link TestProcessLink#ready()}. Thread-safe.
 */
public final class TwoProcesses implements AutoCloseable {

    static final String READY = "READY";
    static final String GO = "GO";

    private final ChildJvm a;
    private final ChildJvm b;

    private TwoProcesses(ChildJvm a, ChildJvm b) {
        this.a = a;
        this.b = b;
    }

    /** Starts both; they run in parallel and stop where they call {@link TestProcessLink#ready()}. */
    public static TwoProcesses start(Class<?> program, Path folder, String... arguments) {
        return start(program, UnaryOperator.identity(), folder, arguments);
    }

    /** As {@link #start(Class, Path, String...)}, with properties or a crash point for both. */
    public static TwoProcesses start(
            Class<?> program, UnaryOperator<ChildJvm.Start> settings, Path folder, String... arguments) {
        ChildJvm a = one(program, settings, folder, "a", arguments);
        try {
            return new TwoProcesses(a, one(program, settings, folder, "b", arguments));
        } catch (RuntimeException e) {
            a.close();
            throw e;
        }
    }

    /** Waits until both are ready, then lets both go. */
    public void go() {
        both().forEach(child -> child.awaitLine(READY));
        both().forEach(child -> child.send(GO));
    }

    /** Returns the first. */
    public ChildJvm a() {
        return a;
    }

    /** Returns the second. */
    public ChildJvm b() {
        return b;
    }

    /** Returns both. */
    public List<ChildJvm> both() {
        return List.of(a, b);
    }

    /** Kills both. */
    @Override
    public void close() {
        try {
            a.close();
        } finally {
            b.close();
        }
    }

    private static ChildJvm one(
            Class<?> program, UnaryOperator<ChildJvm.Start> settings, Path folder, String name, String... further) {
        String[] arguments = Stream.concat(Stream.of(folder.toString(), name), Stream.of(further))
                .toArray(String[]::new);
        return settings.apply(ChildJvm.of(program)).start(arguments);
    }
}
