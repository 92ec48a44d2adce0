package dev.evertoken.benchmarks.coldstart;

import java.util.List;
import java.util.Map;

/**
 * What a measurement of starts has found. Immutable.
 *
 * @param rows the programs, each with its wall time in ms, its CPU time in ms, and the number of loaded classes
 * @param ratios the ratios by their names
 * @param moreClasses the number of classes that Evertoken loads over files and bare OkHttp does not, by package; the
 *     largest first
 */
public record StartResults(
        List<List<String>> rows, Map<String, ColdStart.Ratio> ratios, Map<String, Integer> moreClasses) {

    /** The columns of the rows. */
    public static final List<String> COLUMNS = List.of("", "Wall ms", "CPU ms", "Classes");
}
