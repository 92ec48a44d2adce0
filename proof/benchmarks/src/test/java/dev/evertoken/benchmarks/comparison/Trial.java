package dev.evertoken.benchmarks.comparison;

/** A row of the torture table. */
interface Trial {

    String title();

    /** Returns a short name of the trial, for a line of the output. */
    String name();

    /** Returns what is expected of Evertoken. */
    Expectation expected();

    /** Plays the trial with one library, and returns what happened, as the text of a cell. */
    String play(Library library, Extent extent) throws Exception;
}
