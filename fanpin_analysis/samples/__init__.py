"""A township that does not exist, with planted truth: data to learn on, to show and to test with.

Nobody in it lives. Every ID begins with an administrative code that was never given, every phone
number with a block of zeros, every village is a nowhere of Chinese letters.
"""

from fanpin_analysis.samples.township import Township, sample_folder, township, write

__all__ = ["Township", "sample_folder", "township", "write"]
