"""A class's rows become its statistics: items, exercises, quizzes, and who believes what."""

from grader.analytics.gather import Attempt as Attempt
from grader.analytics.items import LEAST_LEARNERS as LEAST_LEARNERS
from grader.analytics.items import ItemStatistics as ItemStatistics
from grader.analytics.items import WholeStatistics as WholeStatistics
from grader.analytics.quizzes import Answer as Answer
from grader.analytics.quizzes import QuizStatistics as QuizStatistics
from grader.analytics.quizzes import quiz_statistics as quiz_statistics
from grader.analytics.statistics import BeliefStatistics as BeliefStatistics
from grader.analytics.statistics import CheckStatistics as CheckStatistics
from grader.analytics.statistics import ClassStatistics as ClassStatistics
from grader.analytics.statistics import ExerciseStatistics as ExerciseStatistics
from grader.analytics.statistics import Spread as Spread
from grader.analytics.statistics import class_statistics as class_statistics
