package dev.evertoken;

import dev.evertoken.internal.event.CapturedErrors;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The lines that the library logs until this is closed, as slf4j-simple writes them, without the thread and without
 * stack traces. One at a time. Thread-safe.
 */
final class LogLines implements AutoCloseable {

    private static final Pattern LINE =
            Pattern.compile("\\[[^]]*] ((?:DEBUG|INFO|WARN|ERROR) dev\\.evertoken\\..* - .*)");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");

    private final CapturedErrors captured = CapturedErrors.start();

    private LogLines() {}

    static LogLines start() {
        return new LogLines();
    }

    /** Returns the lines of one logger so far, each with its level and the logger. */
    List<String> of(String logger) {
        return captured.text()
                .lines()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(found -> found.group(1))
                .filter(line -> line.contains(" " + logger + " - "))
                .toList();
    }

    /** Returns the lines with every time replaced, because pauses have a random part. */
    static Stream<String> withoutTimes(List<String> lines) {
        return lines.stream().map(line -> TIME.matcher(line).replaceAll("<time>"));
    }

    @Override
    public void close() {
        captured.close();
    }
}
