package dev.evertoken.testing;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Two {@link ChildJvm}s that run the same program on one folder and are released at the same moment.
 *
 * <p>The program receives the folder, its name ({@code a} or {@code b}) and the further arguments, prepares itself, and
 * calls {@link TestProcessLink#ready()}. Thread-safe.
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

    /** Starts both processes. They run in parallel and wait in {@link TestProcessLink#ready()}. */
    public static TwoProcesses start(Class<?> program, Path folder, String... arguments) {
        return start(program, UnaryOperator.identity(), folder, arguments);
    }

    /** As {@link #start(Class, Path, String...)}, with properties or a crash point for both processes. */
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

    /** Waits until both processes are ready, then releases both. */
    public void go() {
        both().forEach(child -> child.awaitLine(READY));
        both().forEach(child -> child.send(GO));
    }

    /** Returns the first process. */
    public ChildJvm a() {
        return a;
    }

    /** Returns the second process. */
    public ChildJvm b() {
        return b;
    }

    /** Returns both processes. */
    public List<ChildJvm> both() {
        return List.of(a, b);
    }

    /** Kills both processes. */
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
