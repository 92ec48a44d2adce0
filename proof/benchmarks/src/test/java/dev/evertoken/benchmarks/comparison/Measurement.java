package dev.evertoken.benchmarks.comparison;

/** A row or a group of rows of the comparison. */
interface Measurement {

    /** Returns the name with which a run is restricted to this measurement. */
    String name();

    void measure(Extent extent, Report report) throws Exception;
}
