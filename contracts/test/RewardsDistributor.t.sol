// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {RewardsDistributor} from "../src/RewardsDistributor.sol";
import {RewardTree} from "./support/RewardTree.sol";
import {TestBase} from "./support/TestBase.sol";

contract RewardsDistributorTest is TestBase {
    uint256 private constant ALICE_KEY = 0xA11CE;
    address private alice;
    address private constant BOB = address(0xB0B);

    function setUp() public {
        deployAll();
        alice = vm.addr(ALICE_KEY);
        token.transfer(address(rewards), 1_000 * GATA);
    }

    function leavesOf(uint256 forAlice, uint256 forBob) private view returns (bytes32[] memory leaves) {
        leaves = new bytes32[](2);
        leaves[0] = RewardTree.leaf(alice, forAlice);
        leaves[1] = RewardTree.leaf(BOB, forBob);
    }

    function submit(uint64 epoch, uint256 forAlice, uint256 forBob) private returns (bytes32[] memory leaves) {
        leaves = leavesOf(forAlice, forBob);
        vm.prank(SETTLER);
        rewards.submitRoot(epoch, RewardTree.root(leaves), forAlice + forBob);
    }

    function claim(address account, uint256 cumulative, bytes32[] memory leaves, uint256 index) private {
        vm.prank(ANYONE);
        rewards.claim(account, cumulative, RewardTree.proof(leaves, index));
    }

    function testPaysTheAccountWhoeverCalls() public {
        bytes32[] memory leaves = submit(1, 100 * GATA, 50 * GATA);
        pass(WINDOW);
        claim(alice, 100 * GATA, leaves, 0);
        equal(token.balanceOf(alice), 100 * GATA, "alice");
        equal(token.balanceOf(ANYONE), 0, "caller");
        equal(rewards.claimed(alice), 100 * GATA, "claimed");
        equal(rewards.totalClaimed(), 100 * GATA, "total claimed");
    }

    function testPaysOnlyTheDifferenceInALaterEpoch() public {
        bytes32[] memory first = submit(1, 100 * GATA, 50 * GATA);
        pass(WINDOW);
        claim(alice, 100 * GATA, first, 0);
        bytes32[] memory second = submit(2, 130 * GATA, 60 * GATA);
        pass(WINDOW);
        claim(alice, 130 * GATA, second, 0);
        claim(BOB, 60 * GATA, second, 1);
        equal(token.balanceOf(alice), 130 * GATA, "alice");
        equal(token.balanceOf(BOB), 60 * GATA, "bob");
    }

    function testPaysNobodyTwice() public {
        bytes32[] memory leaves = submit(1, 100 * GATA, 50 * GATA);
        pass(WINDOW);
        claim(alice, 100 * GATA, leaves, 0);
        vm.expectRevert(abi.encodeWithSelector(RewardsDistributor.NothingToClaim.selector, 100 * GATA));
        rewards.claim(alice, 100 * GATA, RewardTree.proof(leaves, 0));
    }

    function testRefusesAnotherAmountOrAccount() public {
        bytes32[] memory leaves = submit(1, 100 * GATA, 50 * GATA);
        pass(WINDOW);
        bytes32[] memory proof = RewardTree.proof(leaves, 0);
        vm.expectRevert(RewardsDistributor.NotInRoot.selector);
        rewards.claim(alice, 101 * GATA, proof);
        vm.expectRevert(RewardsDistributor.NotInRoot.selector);
        rewards.claim(BOB, 100 * GATA, proof);
    }

    function testANewRootWaitsWhileTheOldOnePays() public {
        bytes32[] memory first = submit(1, 100 * GATA, 50 * GATA);
        pass(WINDOW);
        bytes32[] memory second = submit(2, 130 * GATA, 60 * GATA);
        bytes32[] memory proof = RewardTree.proof(second, 0);
        vm.expectRevert(RewardsDistributor.NotInRoot.selector);
        rewards.claim(alice, 130 * GATA, proof);
        claim(alice, 100 * GATA, first, 0);
        (uint64 epoch,,, uint64 liveAt) = rewards.pendingRoot();
        equal(epoch, 2, "pending");
        equal(liveAt, vm.getBlockTimestamp() + WINDOW, "live at");
        pass(WINDOW);
        (epoch,,) = rewards.liveRoot();
        equal(epoch, 2, "live");
        (epoch,,,) = rewards.pendingRoot();
        equal(epoch, 0, "nothing pending");
        claim(alice, 130 * GATA, second, 0);
    }

    function testAnyoneMakesADueRootLive() public {
        submit(1, 100 * GATA, 50 * GATA);
        vm.expectRevert(abi.encodeWithSelector(RewardsDistributor.NoPendingRoot.selector, uint64(1)));
        rewards.makeLive();
        pass(WINDOW);
        vm.prank(ANYONE);
        rewards.makeLive();
        (uint64 epoch,,) = rewards.liveRoot();
        equal(epoch, 1, "live");
        vm.expectRevert(abi.encodeWithSelector(RewardsDistributor.NoPendingRoot.selector, uint64(0)));
        rewards.makeLive();
    }

    function testAPendingRootCannotBeReplaced() public {
        submit(1, 100 * GATA, 50 * GATA);
        uint64 liveAt = uint64(vm.getBlockTimestamp()) + WINDOW;
        vm.expectRevert(abi.encodeWithSelector(RewardsDistributor.RootIsPending.selector, uint64(1), liveAt));
        vm.prank(SETTLER);
        rewards.submitRoot(2, bytes32(uint256(1)), 150 * GATA);
    }

    function testEpochsFollowEachOther() public {
        vm.expectRevert(abi.encodeWithSelector(RewardsDistributor.WrongEpoch.selector, uint64(1)));
        vm.prank(SETTLER);
        rewards.submitRoot(2, bytes32(uint256(1)), 1);
    }

    function testPromisesOnlyGrow() public {
        submit(1, 100 * GATA, 50 * GATA);
        pass(WINDOW);
        vm.expectRevert(abi.encodeWithSelector(RewardsDistributor.PromisedLess.selector, 150 * GATA));
        vm.prank(SETTLER);
        rewards.submitRoot(2, bytes32(uint256(1)), 149 * GATA);
    }

    function testPromisesMustBeFunded() public {
        vm.expectRevert(abi.encodeWithSelector(RewardsDistributor.Underfunded.selector, 1 * GATA));
        vm.prank(SETTLER);
        rewards.submitRoot(1, bytes32(uint256(1)), 1_001 * GATA);
        // What was paid counts.
        bytes32[] memory first = submit(1, 900 * GATA, 100 * GATA);
        pass(WINDOW);
        claim(alice, 900 * GATA, first, 0);
        token.transfer(address(rewards), 10 * GATA);
        submit(2, 910 * GATA, 100 * GATA);
    }

    function testATreeThatAddsUpToMoreThanItsPromiseStopsAtThePromise() public {
        bytes32[] memory leaves = leavesOf(100 * GATA, 100 * GATA);
        vm.prank(SETTLER);
        rewards.submitRoot(1, RewardTree.root(leaves), 150 * GATA);
        pass(WINDOW);
        claim(alice, 100 * GATA, leaves, 0);
        bytes32[] memory proof = RewardTree.proof(leaves, 1);
        vm.expectRevert(RewardsDistributor.MoreThanPromised.selector);
        rewards.claim(BOB, 100 * GATA, proof);
    }

    function testAGuardianVetoesInTheWindowOnly() public {
        submit(1, 100 * GATA, 50 * GATA);
        vm.prank(GUARDIAN);
        rewards.veto(1);
        bytes32[] memory again = submit(1, 90 * GATA, 50 * GATA);
        vm.expectRevert(abi.encodeWithSelector(RewardsDistributor.NoPendingRoot.selector, uint64(2)));
        vm.prank(GUARDIAN);
        rewards.veto(2);
        pass(WINDOW);
        vm.expectRevert(abi.encodeWithSelector(RewardsDistributor.NoPendingRoot.selector, uint64(1)));
        vm.prank(GUARDIAN);
        rewards.veto(1);
        claim(alice, 90 * GATA, again, 0);
        vm.expectRevert(abi.encodeWithSelector(RewardsDistributor.NoPendingRoot.selector, uint64(1)));
        vm.prank(GUARDIAN);
        rewards.veto(1);
    }

    function testHoldingRootsBackNeverBlocksTheLiveOne() public {
        bytes32[] memory first = submit(1, 100 * GATA, 50 * GATA);
        pass(WINDOW);
        bytes32[] memory second = submit(2, 130 * GATA, 60 * GATA);
        vm.prank(GUARDIAN);
        rewards.holdRoots(true);
        require(rewards.rootsHeld(), "held");
        pass(2 * WINDOW);
        claim(alice, 100 * GATA, first, 0);
        vm.prank(GUARDIAN);
        rewards.holdRoots(false);
        // The window starts again.
        bytes32[] memory proof = RewardTree.proof(second, 0);
        vm.expectRevert(RewardsDistributor.NotInRoot.selector);
        rewards.claim(alice, 130 * GATA, proof);
        pass(WINDOW);
        claim(alice, 130 * GATA, second, 0);
    }

    function testARootThatWasDueBeforeTheHoldIsLive() public {
        bytes32[] memory first = submit(1, 100 * GATA, 50 * GATA);
        pass(WINDOW);
        vm.prank(GUARDIAN);
        rewards.holdRoots(true);
        claim(alice, 100 * GATA, first, 0);
        vm.expectRevert(RewardsDistributor.RootsAreHeld.selector);
        vm.prank(SETTLER);
        rewards.submitRoot(2, bytes32(uint256(1)), 150 * GATA);
        vm.prank(GUARDIAN);
        rewards.holdRoots(false);
        submit(2, 100 * GATA, 50 * GATA);
    }

    function testAHeldRootCanBeVetoedAfterItsWindow() public {
        submit(1, 100 * GATA, 50 * GATA);
        vm.prank(GUARDIAN);
        rewards.holdRoots(true);
        pass(2 * WINDOW);
        vm.prank(GUARDIAN);
        rewards.veto(1);
    }

    function testClaimAndStakeByTheAccountItself() public {
        bytes32[] memory leaves = submit(1, 100 * GATA, 50 * GATA);
        pass(WINDOW);
        vm.prank(alice);
        (uint256 amount, uint256 shares) =
            rewards.claimAndStake(alice, 100 * GATA, RewardTree.proof(leaves, 0), 0, "");
        equal(amount, 100 * GATA, "amount");
        equal(staking.balanceOf(alice), shares, "shares");
        equal(staking.stakeOf(alice), 100 * GATA, "stake");
        equal(token.balanceOf(alice), 0, "wallet");
        equal(staking.getVotes(alice), shares, "votes");
    }

    function signed(uint256 key, uint256 cumulative, uint256 nonce, uint256 deadline)
        private
        view
        returns (bytes memory)
    {
        bytes32 message =
            keccak256(abi.encode(rewards.CLAIM_AND_STAKE_TYPEHASH(), alice, cumulative, nonce, deadline));
        return sign(key, domainOf(IERC5267(address(rewards))), message);
    }

    function testClaimAndStakeByItsSignature() public {
        bytes32[] memory leaves = submit(1, 100 * GATA, 50 * GATA);
        pass(WINDOW);
        bytes32[] memory proof = RewardTree.proof(leaves, 0);
        uint256 deadline = vm.getBlockTimestamp() + 600;
        bytes memory wrong = signed(0xBAD, 100 * GATA, 0, deadline);
        vm.expectRevert(RewardsDistributor.BadSignature.selector);
        rewards.claimAndStake(alice, 100 * GATA, proof, deadline, wrong);
        bytes memory right = signed(ALICE_KEY, 100 * GATA, 0, deadline);
        vm.prank(ANYONE);
        rewards.claimAndStake(alice, 100 * GATA, proof, deadline, right);
        equal(staking.stakeOf(alice), 100 * GATA, "stake");
        equal(staking.balanceOf(ANYONE), 0, "caller");
        vm.expectRevert(RewardsDistributor.BadSignature.selector);
        rewards.claimAndStake(alice, 100 * GATA, proof, deadline, right);
    }

    function testASignatureExpires() public {
        bytes32[] memory leaves = submit(1, 100 * GATA, 50 * GATA);
        pass(WINDOW);
        bytes32[] memory proof = RewardTree.proof(leaves, 0);
        uint256 deadline = vm.getBlockTimestamp() + 600;
        bytes memory signature = signed(ALICE_KEY, 100 * GATA, 0, deadline);
        pass(601);
        vm.expectRevert(abi.encodeWithSelector(RewardsDistributor.SignatureExpired.selector, deadline));
        rewards.claimAndStake(alice, 100 * GATA, proof, deadline, signature);
    }

    function testOnlyTheRolesMay() public {
        bytes4 refused = IAccessControl.AccessControlUnauthorizedAccount.selector;
        vm.expectRevert(abi.encodeWithSelector(refused, ANYONE, rewards.SETTLER_ROLE()));
        vm.prank(ANYONE);
        rewards.submitRoot(1, bytes32(0), 0);
        vm.expectRevert(abi.encodeWithSelector(refused, ANYONE, rewards.GUARDIAN_ROLE()));
        vm.prank(ANYONE);
        rewards.veto(1);
        vm.expectRevert(abi.encodeWithSelector(refused, ANYONE, rewards.GUARDIAN_ROLE()));
        vm.prank(ANYONE);
        rewards.holdRoots(true);
        vm.expectRevert(abi.encodeWithSelector(refused, ANYONE, bytes32(0)));
        vm.prank(ANYONE);
        rewards.withdrawSurplus(ANYONE, 1);
        vm.expectRevert(abi.encodeWithSelector(refused, ANYONE, bytes32(0)));
        vm.prank(ANYONE);
        rewards.setDisputeWindow(1);
    }

    function testGovernanceTakesOnlyWhatNoRootPromises() public {
        submit(1, 100 * GATA, 50 * GATA);
        vm.expectRevert(abi.encodeWithSelector(RewardsDistributor.Underfunded.selector, 1));
        vm.prank(ADMIN);
        rewards.withdrawSurplus(TREASURY, 850 * GATA + 1);
        vm.prank(ADMIN);
        rewards.withdrawSurplus(TREASURY, 850 * GATA);
        equal(token.balanceOf(TREASURY), 850 * GATA, "treasury");
        pass(WINDOW);
        vm.expectRevert(abi.encodeWithSelector(RewardsDistributor.Underfunded.selector, 1));
        vm.prank(ADMIN);
        rewards.withdrawSurplus(TREASURY, 1);
    }

    function testTheWindowHasBounds() public {
        vm.prank(ADMIN);
        rewards.setDisputeWindow(2 days);
        equal(rewards.disputeWindow(), 2 days, "window");
        uint64 tooLong = rewards.LONGEST_DISPUTE_WINDOW() + 1;
        vm.expectRevert(RewardsDistributor.BadDisputeWindow.selector);
        vm.prank(ADMIN);
        rewards.setDisputeWindow(tooLong);
        vm.expectRevert(RewardsDistributor.BadDisputeWindow.selector);
        vm.prank(ADMIN);
        rewards.setDisputeWindow(0);
    }

    function testKnowsItsToken() public view {
        require(address(rewards.token()) == address(token), "token");
        require(address(rewards.staking()) == address(staking), "staking");
    }

    function testFuzzPaysExactlyTheLatestCumulative(uint96 first, uint96 more, bool between) public {
        uint256 one = bound(first, 1, 400 * GATA);
        uint256 two = one + bound(more, 1, 400 * GATA);
        bytes32[] memory leaves = submit(1, one, 1);
        pass(WINDOW);
        if (between) claim(alice, one, leaves, 0);
        leaves = submit(2, two, 1);
        pass(WINDOW);
        claim(alice, two, leaves, 0);
        equal(token.balanceOf(alice), two, "alice");
    }
}
